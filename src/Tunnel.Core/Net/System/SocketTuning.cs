using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>The only place where socket options are set.</summary>
internal static class SocketTuning
{
    // A peer that vanished without FIN or RST is detected after 60 + 4 * 15 seconds, before NAT boxes forget the flow.
    private const int KeepAliveIdleSeconds = 60;
    private const int KeepAliveIntervalSeconds = 15;
    private const int KeepAliveProbes = 4;

    private static readonly LingerOption _resetOnClose = new(enable: true, seconds: 0);
    private static readonly LingerOption _finOnClose = new(enable: false, seconds: 0);

    /// <summary>
    /// A listener's options: on Linux its accepted sockets inherit them all, so none is set per connection.
    /// </summary>
    public static void Listener(Socket socket) => Connection(socket);

    /// <param name="inherits">Its listener has the options of <see cref="Listener"/>.</param>
    public static void Accepted(Socket socket, bool inherits)
    {
        if (!inherits || !OperatingSystem.IsLinux())
        {
            Connection(socket);
        }

        socket.Blocking = false;
    }

    /// <summary>Before it is bound: other sockets of the same user may be bound to the same address.</summary>
    public static void ReusePort(Socket socket)
    {
        // asm-generic/socket.h; the class library has no name for it.
        const int solSocket = 1;
        const int soReusePort = 15;
        socket.SetRawSocketOption(solSocket, soReusePort, BitConverter.GetBytes(1));
    }

    public static void Outgoing(Socket socket)
    {
        Connection(socket);
        socket.Blocking = false;
    }

    /// <summary>A connection inside this machine: no network can lose it, and a listener hands on no options.</summary>
    public static void InMachine(Socket socket)
    {
        InlineUrgentData(socket);
        socket.Blocking = false;
    }

    /// <summary>
    /// Both directions have ended, so closing must not send RST: bytes still on their way to the peer would be lost.
    /// </summary>
    public static void CloseCleanly(Socket socket) => socket.LingerState = _finOnClose;

    private static void Connection(Socket socket)
    {
        socket.NoDelay = true;
        InlineUrgentData(socket);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveIdleSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveIntervalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveProbes);
        // From the start, not at the abort: then even a killed process sends RST instead of a FIN that looks like a
        // complete stream.
        socket.LingerState = _resetOnClose;
    }

    /// <summary>
    /// Urgent data (RFC 6093) stays in its place; otherwise Linux would take a byte out of the stream.
    /// </summary>
    private static void InlineUrgentData(Socket socket) =>
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.OutOfBandInline, true);
}
