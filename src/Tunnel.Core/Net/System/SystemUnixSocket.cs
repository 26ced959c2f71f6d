using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>
/// A connection inside this machine (unix(7)). What is sent is at the peer at once, in its receive queue: there is
/// nothing to acknowledge, and closing loses none of it.
/// </summary>
internal sealed class SystemUnixSocket : SystemSocket
{
    private long _sent;
    private long _received;
    private volatile bool _isBroken;

    /// <inheritdoc/>
    /// <exception cref="SocketException">The system does not say who has connected.</exception>
    public SystemUnixSocket(Socket socket)
        : base(socket, UnixPeer.Of(socket)) { }

    /// <inheritdoc/>
    public SystemUnixSocket(Socket socket, LoopSeat seat)
        : base(socket, seat) { }

    public override SocketResult Receive(Span<byte> buffer)
    {
        var result = base.Receive(buffer);
        Volatile.Write(ref _received, _received + result.Bytes);
        return result;
    }

    public override SocketResult Send(ReadOnlySpan<byte> bytes)
    {
        var result = base.Send(bytes);
        Volatile.Write(ref _sent, _sent + result.Bytes);
        return result;
    }

    public override ValueTask<SocketResult> SendAsync(ReadOnlyMemory<byte> bytes, Continuation continuation)
    {
        // Before they are sent: the sum only has to differ from that of the last look when some were.
        Volatile.Write(ref _sent, _sent + bytes.Length);
        return base.SendAsync(bytes, continuation);
    }

    public override SocketError TakeError()
    {
        var error = base.TakeError();
        _isBroken |= error != SocketError.Success;
        return error;
    }

    protected override PeerState Inspect(Socket socket) =>
        UnixState.Read(socket, Volatile.Read(ref _sent), Volatile.Read(ref _received), _isBroken);
}
