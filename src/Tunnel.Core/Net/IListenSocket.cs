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

    /// <summary>Closes it. The system refuses the connections that wait in its backlog. From any thread.</summary>
    void Close();

    /// <summary>Gives back what the process holds for it, when nothing is under way any more.</summary>
    void Release();
}
