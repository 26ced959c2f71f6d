using System.Net;
using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>A listening socket of the operating system.</summary>
internal sealed class SystemListenSocket : IListenSocket
{
    // The kernel cuts it to net.core.somaxconn, 4096 by default since Linux 5.4.
    private const int Backlog = 4096;

    private const string MigrateFile = "/proc/sys/net/ipv4/tcp_migrate_req";

    // ip-sysctl: with 1 the system gives backlog and handshakes to others on the same address when one is closed.
    private static readonly Lazy<bool> _migrates = new(() =>
        File.Exists(MigrateFile) && File.ReadAllText(MigrateFile).Trim() == "1"
    );

    private readonly Socket _socket;
    private readonly LoopSeat _seat = LoopSeat.Anywhere();
    private readonly SocketOperation _accept = SocketOperation.Rent();

    private int _closed;

    private SystemListenSocket(Socket socket, EndPoint endPoint)
    {
        _socket = socket;
        EndPoint = endPoint;
    }

    public EndPoint EndPoint { get; }

    /// <summary>Others may listen on its address.</summary>
    private bool IsShared { get; init; }

    /// <summary>Others hold it too, and it goes on listening without us.</summary>
    private bool IsPassed { get; init; }

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
            return new SystemListenSocket(socket, socket.LocalEndPoint!) { IsShared = reusePort };
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
        var at = endPoint.AddressFamily == AddressFamily.Unix ? new UnixEndPoint(endPoint.ToString()) : endPoint;
        return new SystemListenSocket(socket, at) { IsPassed = true };
    }

    public ValueTask<SocketResult> AcceptAsync() => _accept.AcceptAsync(_socket, _seat);

    public ITcpSocket? TakeAccepted() => Take(_accept.AcceptSocket!);

    public bool LeaveToOthers() => IsShared && !_migrates.Value && SocketTuning.TryIgnoreSyn(_socket);

    public void Close(Func<bool> hasRoom, Action<ITcpSocket> accepted)
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        // With the copy the system goes on listening while AcceptAsync is already over.
        using var rest = IsPassed ? null : Copy();
        _socket.Dispose();
        // No more than could wait when we began: others may come faster than we take them.
        for (var left = Backlog; rest is not null && left > 0 && hasRoom() && Next(rest) is { } waiting; left--)
        {
            if (Take(waiting) is { } socket)
            {
                accepted(socket);
            }
        }
    }

    public void Release()
    {
        _accept.Return();
        _seat.Dispose();
    }

    private Socket? Copy()
    {
        try
        {
            var handle = new SafeSocketHandle(Descriptors.Copy((int)_socket.Handle, from: 0), ownsHandle: true);
            var copy = new Socket(handle) { Blocking = false };
            PeerNames.MakeRoom(copy);
            return copy;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // No file left: what waits cannot be accepted either.
            return null;
        }
    }

    private static Socket? Next(Socket listener)
    {
        try
        {
            return listener.Poll(TimeSpan.Zero, SelectMode.SelectRead) ? listener.Accept() : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private ITcpSocket? Take(Socket socket)
    {
        try
        {
            if (socket.AddressFamily == AddressFamily.Unix)
            {
                SocketTuning.InMachine(socket);
                return new SystemUnixSocket(socket);
            }

            // What waits in the backlog of a socket of others came before we could set its options.
            SocketTuning.Accepted(socket, inherits: !IsPassed);
            return new SystemTcpSocket(socket);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }
}
