using System.Net;
using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>The operating system's network.</summary>
internal sealed class SystemNetwork : INetwork
{
    public static SystemNetwork Instance { get; } = new();

    public ITcpSocket Open(AddressFamily family, ITcpSocket? beside)
    {
        if (family == AddressFamily.Unix)
        {
            var local = UnixSocketFile.New();
            SocketTuning.InMachine(local);
            return new SystemUnixSocket(local, SystemSocket.SeatBeside(beside));
        }

        var socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            SocketTuning.Outgoing(socket);
            return new SystemTcpSocket(socket, SystemSocket.SeatBeside(beside));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public IListenSocket Listen(IPEndPoint endPoint, bool reusePort) => SystemListenSocket.Bind(endPoint, reusePort);

    public IListenSocket Listen(UnixEndPoint at, UnixFileMode mode, string? owner) =>
        SystemListenSocket.Bind(at, mode, owner);

    public IListenSocket Listen(PassedSocket passed) => SystemListenSocket.Of(passed);

    public PassedSockets Passed => PassedSockets.OfProcess;
}
