using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>A TCP connection of the operating system.</summary>
internal sealed class SystemTcpSocket : SystemSocket
{
    /// <inheritdoc/>
    /// <exception cref="SocketException">The peer has reset it.</exception>
    public SystemTcpSocket(Socket socket)
        : base(socket, socket.RemoteEndPoint!) { }

    /// <inheritdoc/>
    public SystemTcpSocket(Socket socket, LoopSeat seat)
        : base(socket, seat) { }

    protected override PeerState Inspect(Socket socket) => TcpInfo.Read(socket);
}
