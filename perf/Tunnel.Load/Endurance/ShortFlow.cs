using System.Net.Sockets;
using Tunnel.Load.Ends;

namespace Tunnel.Load.Endurance;

/// <summary>
/// One short connection after another, at full rate: of all sizes from nothing to 64 KiB, most of them small, which end
/// in order and have every byte and the end checked; one in sixteen is reset with its answer under way. Counts
/// connections.
/// </summary>
/// <param name="seed">Its own, so that flows differ.</param>
internal sealed class ShortFlow(int port, int seed) : Flow
{
    private const int LargestExponent = 16;
    private const int OneIsResetOf = 16;

    private readonly byte[] _buffer = new byte[1 << LargestExponent];

    protected override void Run()
    {
        // Not for secrets: the same connections in each run.
#pragma warning disable CA5394
        var random = new Random(seed);
        while (!Stopping)
        {
            var bytes = random.Next(1 << random.Next(LargestExponent + 1));
            var (position, isReset) = (random.Next(), random.Next(OneIsResetOf) == 0);
            using var socket = Wire.Dial(port);
            socket.Send([Wire.Echo]);
            socket.SendAll(Pattern.At(position, bytes));
            if (isReset)
            {
                socket.LingerState = new LingerOption(true, 0);
            }
            else
            {
                socket.Shutdown(SocketShutdown.Send);
                CheckAnswer(socket, bytes, position);
            }

            Add(1);
        }
#pragma warning restore CA5394
    }

    private void CheckAnswer(Socket socket, int bytes, int position)
    {
        var answer = _buffer.AsSpan(0, bytes);
        socket.ReceiveExactly(answer);
        Pattern.Check(answer, position);
        Span<byte> beyond = stackalloc byte[1];
        if (socket.Receive(beyond) != 0)
        {
            throw new InvalidDataException($"more came back than the {bytes} bytes that were sent");
        }
    }
}
