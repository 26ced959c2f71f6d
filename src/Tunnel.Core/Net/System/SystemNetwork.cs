using System.Net;
using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>The operating system's network.</summary>
internal sealed class SystemNetwork : INetwork
{
    public static SystemNetwork Instance { get; } = new();

    public ITcpSocket Open(AddressFamily family, ITcpSocket? beside)
    {
        var socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            SocketTuning.Outgoing(socket);
            return new SystemTcpSocket(socket, SystemTcpSocket.SeatBeside(beside));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public IListenSocket Listen(IPEndPoint endPoint) => SystemListenSocket.Bind(endPoint);
}
