using System.Net;
using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>A listening socket of the system.</summary>
internal interface IListenSocket
{
    /// <summary>The address bound, with the port the system chose if 0 was asked for.</summary>
    EndPoint EndPoint { get; }

    /// <summary>Waits for a connection, which <see cref="TakeAccepted"/> then gives. One at a time.</summary>
    /// <returns>
    /// The result of accept(2); <see cref="SocketError.OperationAborted"/> after <see cref="Close"/>.
    /// </returns>
    ValueTask<SocketResult> AcceptAsync();

    /// <summary>The connection that was accepted last; null if the peer reset it before it was looked at.</summary>
    ITcpSocket? TakeAccepted();

    /// <summary>
    /// Leaves new handshakes to others who listen on the same address; those that have begun go on, and end in its
    /// backlog.
    /// </summary>
    /// <returns>False when there can be no others, or the system does this itself.</returns>
    bool LeaveToOthers();

    /// <summary>
    /// Closes it, once it has given away what waits in its backlog: for the rest the system sends RST. From any thread;
    /// the second time it does nothing.
    /// </summary>
    /// <param name="hasRoom">False when no more of them can be taken.</param>
    void Close(Func<bool> hasRoom, Action<ITcpSocket> accepted);

    /// <summary>Gives back what the process holds for it, when nothing is under way any more.</summary>
    void Release();
}
