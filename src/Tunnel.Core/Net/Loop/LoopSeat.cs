using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>
/// A socket's place on an event loop. It is chosen before the socket first waits for something, because then the
/// runtime assigns the socket to one of its threads for good.
/// </summary>
internal sealed class LoopSeat : IDisposable
{
    private int _left;

    private LoopSeat(EventLoop? loop)
    {
        Loop = loop;
        IsTaken = loop is null;
        loop?.Load.Enter();
    }

    /// <summary>Null where there are no loops, and nothing is chosen.</summary>
    public EventLoop? Loop { get; }

    /// <summary>The runtime has assigned the socket to a thread: there is nothing left to choose.</summary>
    public bool IsTaken { get; set; }

    /// <summary>On the loop that has the least to do.</summary>
    public static LoopSeat Anywhere() => new(LoopLoad.LeastBusy(LoopOrder.Loops));

    /// <summary>On this loop.</summary>
    public static LoopSeat On(EventLoop? loop) => new(loop);

    /// <summary>
    /// On the same loop, for another socket of the same session: then a message wakes one thread, not two.
    /// </summary>
    public LoopSeat Beside() => On(Loop);

    /// <summary>Begins an operation on the socket that has this seat. True if it is pending.</summary>
    public bool Begin(Func<Socket, SocketOperation, bool> begin, Socket socket, SocketOperation operation) =>
        IsTaken ? begin(socket, operation) : LoopOrder.Begin(this, begin, socket, operation);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _left, 1) == 0)
        {
            Loop?.Load.Leave();
        }
    }
}
