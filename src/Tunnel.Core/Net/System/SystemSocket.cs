using System.Net;
using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>A connection of the operating system, with its place on an event loop.</summary>
internal abstract class SystemSocket : ITcpSocket
{
    private static readonly SocketResult _aborted = new(0, SocketError.OperationAborted);

    private readonly Socket _socket;
    private readonly LoopSeat _seat;
    private readonly SocketOperation _receive = SocketOperation.Rent();
    private EndPoint? _peer;

    /// <summary>A connection that was accepted.</summary>
    protected SystemSocket(Socket socket, EndPoint peer) =>
        (_socket, _seat, _peer) = (socket, LoopSeat.Anywhere(), peer);

    /// <summary>A connection to be made.</summary>
    /// <param name="seat">Released with the socket.</param>
    protected SystemSocket(Socket socket, LoopSeat seat) => (_socket, _seat) = (socket, seat);

    // Not asked of the socket: whoever gives up an attempt may have cut it since it was connected.
    public EndPoint RemoteEndPoint => _peer ?? throw new InvalidOperationException("the socket is not connected");

    public EndPoint? LocalEndPoint
    {
        get
        {
            try
            {
                return _socket.LocalEndPoint;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return null;
            }
        }
    }

    /// <summary>A place on this socket's loop, or on the least busy one if there is no socket.</summary>
    public static LoopSeat SeatBeside(ITcpSocket? other) =>
        other is SystemSocket { _seat: var seat } ? seat.Beside() : LoopSeat.Anywhere();

    public ValueTask<SocketResult> ConnectAsync(EndPoint to)
    {
        _peer = to;
        return SocketOperation.ConnectAsync(_socket, _seat, to is UnixEndPoint unix ? unix.ToSystem() : to);
    }

    public ValueTask<SocketResult> WaitReadableAsync(Continuation continuation) =>
        _receive.ReceiveAsync(_socket, _seat, default, continuation);

    public virtual SocketResult Receive(Span<byte> buffer)
    {
        try
        {
            var count = _socket.Receive(buffer, SocketFlags.None, out var error);
            return new SocketResult(count, error);
        }
        catch (ObjectDisposedException)
        {
            return _aborted;
        }
    }

    public virtual SocketResult Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var count = _socket.Send(bytes, SocketFlags.None, out var error);
            return new SocketResult(count, error);
        }
        catch (ObjectDisposedException)
        {
            return _aborted;
        }
    }

    public virtual ValueTask<SocketResult> SendAsync(ReadOnlyMemory<byte> bytes, Continuation continuation) =>
        SocketOperation.SendAsync(_socket, _seat, bytes, continuation);

    public SocketResult ShutdownSend()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
            return default;
        }
        catch (SocketException e)
        {
            return new SocketResult(0, e.SocketErrorCode);
        }
        catch (ObjectDisposedException)
        {
            return _aborted;
        }
    }

    public PeerState? Inspect()
    {
        try
        {
            return Inspect(_socket);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    public virtual SocketError TakeError()
    {
        try
        {
            return (SocketError)(int)_socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return SocketError.OperationAborted;
        }
    }

    public void Close()
    {
        try
        {
            SocketTuning.CloseCleanly(_socket);
        }
        catch (SocketException)
        {
            // The peer reset it: there is nothing left to close cleanly.
        }

        _socket.Dispose();
    }

    // Not Dispose(): if another thread is inside a call on the socket, Dispose shuts it down first, and FIN would
    // precede the RST.
    public void Cut() => _socket.Close(timeout: 0);

    public void Release()
    {
        _seat.Dispose();
        _receive.Return();
    }

    /// <exception cref="SocketException">The socket is no longer usable.</exception>
    /// <exception cref="ObjectDisposedException">We have closed it.</exception>
    protected abstract PeerState Inspect(Socket socket);
}
