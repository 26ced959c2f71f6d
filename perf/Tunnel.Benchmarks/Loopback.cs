using System.Net;
using System.Net.Sockets;
using Tunnel.Net;

namespace Tunnel.Benchmarks;

/// <summary>Connected sockets in one process.</summary>
internal sealed class Loopback : IDisposable
{
    private readonly Socket _listener = Listen();

    public static Socket Listen()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        return socket;
    }

    public (SocketChannel Client, SocketChannel Server) Connect()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(_listener.LocalEndPoint!);
        return (Channel(client), Channel(_listener.Accept()));
    }

    public void Dispose() => _listener.Dispose();

    private static SocketChannel Channel(Socket socket)
    {
        socket.NoDelay = true;
        socket.Blocking = false;
        return new SocketChannel(new SystemTcpSocket(socket));
    }
}
