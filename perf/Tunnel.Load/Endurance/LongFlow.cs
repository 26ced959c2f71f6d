using Tunnel.Load.Ends;

namespace Tunnel.Load.Endurance;

/// <summary>
/// A connection that lasts as long as the run: a piece of some records, and when it has come back the next one, a few
/// times a second. Counts pieces.
/// </summary>
internal sealed class LongFlow(int port) : Flow
{
    private const int PieceBytes = 64 * 1024;

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    protected override void Run()
    {
        var echo = new byte[PieceBytes];
        using var socket = Wire.Dial(port);
        socket.Send([Wire.Echo]);
        while (!Stopping)
        {
            var position = Count * PieceBytes;
            socket.SendAll(Pattern.At(position, PieceBytes));
            socket.ReceiveExactly(echo);
            Pattern.Check(echo, position);
            Add(1);
            Thread.Sleep(_pause);
        }
    }
}
