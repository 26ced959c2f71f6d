using System.Net.Sockets;

namespace Tunnel.Load.Ends;

/// <summary>Opens many connections, 16 at a time, has each echo one byte, and keeps them. Counts connections.</summary>
internal sealed class CrowdFlow(int port, int connections) : Flow
{
    private volatile bool _isComplete;

    public override bool IsAtWork => _isComplete;

    protected override void Run()
    {
        var crowd = new Socket?[connections];
        try
        {
            Parallel.For(
                0,
                connections,
                new ParallelOptions { MaxDegreeOfParallelism = 16 },
                (index, loop) =>
                {
                    var socket = crowd[index] = Wire.Dial(port);
                    Span<byte> echo = stackalloc byte[1];
                    socket.Send([(byte)index]);
                    socket.ReceiveExactly(echo);
                }
            );
            _isComplete = true;
            while (!Stopping)
            {
                Thread.Sleep(1);
            }
        }
        catch (AggregateException e)
        {
            throw new IOException($"not all of the crowd got in: {e.InnerException!.Message}", e);
        }
        finally
        {
            // Whoever waits must not wait for ever.
            _isComplete = true;
            Array.ForEach(crowd, socket => socket?.Dispose());
        }
    }
}
