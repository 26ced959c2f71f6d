using System.Net;
using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>A listening socket of the operating system.</summary>
internal sealed class SystemListenSocket : IListenSocket
{
    // The kernel cuts it to net.core.somaxconn, 4096 by default since Linux 5.4.
    private const int Backlog = 4096;

    private readonly Socket _socket;
    private readonly LoopSeat _seat = LoopSeat.Anywhere();
    private readonly SocketOperation _accept = SocketOperation.Rent();

    private readonly bool _isTuned;

    private SystemListenSocket(Socket socket, EndPoint endPoint, bool isTuned = true)
    {
        _socket = socket;
        EndPoint = endPoint;
        _isTuned = isTuned;
    }

    public EndPoint EndPoint { get; }

    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public static SystemListenSocket Bind(IPEndPoint endPoint, bool reusePort)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endPoint.Address.Equals(IPAddress.IPv6Any))
            {
                // "::" means every address of the machine, IPv4 included.
                socket.DualMode = true;
            }

            if (reusePort)
            {
                SocketTuning.ReusePort(socket);
            }

            SocketTuning.Listener(socket);
            socket.Bind(endPoint);
            socket.Listen(Backlog);
            return new SystemListenSocket(socket, socket.LocalEndPoint!);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="UnixSocketFile.Listen(UnixEndPoint, int, UnixFileMode, string?)"/>
    public static SystemListenSocket Bind(UnixEndPoint at, UnixFileMode mode, string? owner) =>
        new(UnixSocketFile.Listen(at, Backlog, mode, owner), at);

    /// <inheritdoc cref="INetwork.Listen(PassedSocket)"/>
    public static SystemListenSocket Of(PassedSocket passed)
    {
        var socket = passed.Open();
        var endPoint = socket.LocalEndPoint!;
        return new(
            socket,
            endPoint.AddressFamily == AddressFamily.Unix ? new UnixEndPoint(endPoint.ToString()) : endPoint,
            // Others hold it too, and what waits in its backlog came before we could set its options.
            isTuned: false
        );
    }

    public ValueTask<SocketResult> AcceptAsync() => _accept.AcceptAsync(_socket, _seat);

    public ITcpSocket? TakeAccepted()
    {
        var socket = _accept.AcceptSocket!;
        try
        {
            if (socket.AddressFamily == AddressFamily.Unix)
            {
                SocketTuning.InMachine(socket);
                return new SystemUnixSocket(socket);
            }

            SocketTuning.Accepted(socket, _isTuned);
            return new SystemTcpSocket(socket);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    public void Close() => _socket.Dispose();

    public void Release()
    {
        _accept.Return();
        _seat.Dispose();
    }
}
