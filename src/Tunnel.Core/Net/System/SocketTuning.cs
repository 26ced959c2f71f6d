using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Tunnel.Net;

/// <summary>The only place where socket options are set.</summary>
internal static class SocketTuning
{
    // A peer that vanished without FIN or RST is detected after 60 + 4 * 15 seconds, before NAT boxes forget the flow.
    private const int KeepAliveIdleSeconds = 60;
    private const int KeepAliveIntervalSeconds = 15;
    private const int KeepAliveProbes = 4;

    // asm-generic/socket.h; the class library has no names for these.
    private const int SolSocket = 1;
    private const int SoReusePort = 15;
    private const int SoAttachFilter = 26;

    // struct sock_filter, from its low end: 16 bits for what to do, 8 each for how far to jump if true and if false,
    // and 32 for the operand. The packet begins with the header of TCP.
    private static readonly ulong[] _ignoreSyn =
    [
        Instruction(0x30, operand: 13), // load the byte with the flags
        Instruction(0x54, operand: 0x12), // of these SYN and ACK
        Instruction(0x15, operand: 0x02, ifFalse: 1), // SYN alone?
        Instruction(0x06, operand: 0), // drop the packet
        Instruction(0x06, operand: uint.MaxValue), // take all of it
    ];

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
    public static void ReusePort(Socket socket) =>
        socket.SetRawSocketOption(SolSocket, SoReusePort, BitConverter.GetBytes(1));

    /// <summary>
    /// A listener does not answer SYN any more. Whoever sent it sends it again after a second (RFC 6298 section 2);
    /// handshakes and connections that have begun do not notice.
    /// </summary>
    /// <returns>False when the system refuses that.</returns>
    public static bool TryIgnoreSyn(Socket listener)
    {
        // struct sock_fprog (linux/filter.h): a 16-bit length, and where the instructions are.
        var instructions = GCHandle.Alloc(_ignoreSyn, GCHandleType.Pinned);
        try
        {
            Span<nint> program = [_ignoreSyn.Length, instructions.AddrOfPinnedObject()];
            listener.SetRawSocketOption(SolSocket, SoAttachFilter, MemoryMarshal.AsBytes(program));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
        finally
        {
            instructions.Free();
        }
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

    private static ulong Instruction(ushort code, uint operand, byte ifFalse = 0) =>
        code | ((ulong)ifFalse << 24) | ((ulong)operand << 32);

    /// <summary>
    /// Urgent data (RFC 6093) stays in its place; otherwise Linux would take a byte out of the stream.
    /// </summary>
    private static void InlineUrgentData(Socket socket) =>
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.OutOfBandInline, true);
}
