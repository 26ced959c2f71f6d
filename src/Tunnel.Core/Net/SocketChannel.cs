using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Tunnel.Net;

/// <summary>
/// One connected socket on the engine: wait for readability, read what is there, send, end. The transports above add
/// buffers and encryption. One read and one send may be under way at a time.
/// </summary>
public sealed class SocketChannel
{
    // One TLS record: enough that a slow receiver is not sent crumbs, little enough for an event loop.
    private const int LeastPiece = BufferPool.Small;

    // No event tells that the last byte has been acknowledged. Most are within the first pause.
    private static readonly TimeSpan _firstPause = DeadlineWheel.Tick;
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(1);

    private readonly Socket _socket;
    private readonly LoopSeat _seat;
    private readonly SocketOperation _receive = SocketOperation.Rent();
    private bool _sentFin;
    private bool _sawFin;

    // tcpi_bytes_acked counts the SYN of who has dialled; nobody else's.
    private readonly long _synBytes;
    private long _bytesSent;
    private SocketError _sendFault;
    private int _closed;
    private bool _disposed;

    /// <summary>A connection that was accepted.</summary>
    internal SocketChannel(Socket socket)
        : this(socket, LoopSeat.Anywhere()) { }

    /// <param name="seat">The channel gives it back.</param>
    /// <param name="isDialled">The connection is ours, not one that was accepted.</param>
    internal SocketChannel(Socket socket, LoopSeat seat, bool isDialled = false)
    {
        _synBytes = isDialled ? 1 : 0;
        _socket = socket;
        _seat = seat;
        RemoteEndPoint = (IPEndPoint)socket.RemoteEndPoint!;
    }

    public IPEndPoint RemoteEndPoint { get; }

    /// <summary>A seat on this connection's loop, for another one of the same session; whoever takes it gives it back.</summary>
    internal LoopSeat SeatBeside() => _seat.Beside();

    /// <summary>Where late completions of a receive continue.</summary>
    public Continuation ReceivesOn { get; set; }

    /// <summary>As <see cref="ReceivesOn"/>, for sends.</summary>
    public Continuation SendsOn { get; set; }

    /// <summary>Bytes received from the peer so far.</summary>
    public long BytesReceived { get; private set; }

    /// <summary>Completes when there is something to receive: bytes, FIN or an error.</summary>
    public ValueTask<SocketResult> WaitReadableAsync() => _receive.ReceiveAsync(_socket, _seat, default, ReceivesOn);

    /// <summary>Takes what is there. <see cref="SocketError.WouldBlock"/> when nothing is.</summary>
    public SocketResult Receive(Span<byte> buffer)
    {
        try
        {
            var count = _socket.Receive(buffer, SocketFlags.None, out var error);
            BytesReceived += count;
            if (count > 0 || error != SocketError.Success)
            {
                return new SocketResult(count, error);
            }

            error = JudgeEnd();
            _sawFin = error == SocketError.Success;
            return new SocketResult(0, error);
        }
        catch (ObjectDisposedException)
        {
            return new SocketResult(0, SocketError.OperationAborted);
        }
    }

    /// <summary>Completes when all bytes are with the system.</summary>
    public ValueTask<SocketResult> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        var result = Send(bytes.Span);
        return
            result.Error == SocketError.WouldBlock
            || (result.Error == SocketError.Success && result.Bytes < bytes.Length)
            ? FinishAsync(bytes[result.Bytes..])
            : ValueTask.FromResult(result);
    }

    /// <summary>Sends FIN after everything sent so far.</summary>
    public SocketResult ShutdownSend()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
            _sentFin = true;
            return default;
        }
        catch (SocketException e)
        {
            return new SocketResult(0, e.SocketErrorCode);
        }
        catch (ObjectDisposedException)
        {
            return new SocketResult(0, SocketError.OperationAborted);
        }
    }

    /// <summary>What the system knows of the connection, without reading from it.</summary>
    public PeerState Inspect()
    {
        try
        {
            return TcpInfo.Read(_socket);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return new PeerState { Presence = PeerPresence.Gone };
        }
    }

    /// <summary>
    /// Waits until the peer's system has acknowledged every byte that was sent to it; without limit, but <see cref="Abort"/>
    /// ends it. For the acknowledgement of FIN, which may come late, nobody waits. Where the system does not say, it is over
    /// at once.
    /// </summary>
    /// <param name="waiting">Called once if it is not over at once.</param>
    /// <returns>Any other than <see cref="IoStatus.Ok"/>: the connection ended before all was acknowledged.</returns>
    public ValueTask<IoStatus> DrainAsync(DeadlineWheel wheel, Action waiting)
    {
        if (Drained() is { } result)
        {
            return new(new SocketResult(0, result).Status);
        }

        waiting();
        return new(WaitUntilDrainedAsync(wheel));
    }

    private async Task<IoStatus> WaitUntilDrainedAsync(DeadlineWheel wheel)
    {
        for (var pause = _firstPause; ; pause = pause * 2 < _longestPause ? pause * 2 : _longestPause)
        {
            await wheel.DelayAsync(pause).ConfigureAwait(false);
            if (Drained() is { } result)
            {
                return new SocketResult(0, result).Status;
            }
        }
    }

    private SocketError? Drained()
    {
        try
        {
            var state = TcpInfo.Read(_socket);
            if (!state.IsClosed)
            {
                var hasAll = state.SendQueueIsEmpty || (_sentFin && state.BytesAcked >= _bytesSent + _synBytes);
                return hasAll ? SocketError.Success : null;
            }

            // Both FINs acknowledged, or broken; what the system has not told anybody yet is told here.
            var error = (SocketError)(int)_socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
            return error != SocketError.Success ? error : _sendFault;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return SocketError.OperationAborted;
        }
    }

    /// <summary>Cuts the connection with RST; pending operations end as aborted. From any thread, any number of times.</summary>
    public void Abort() => CloseOnce(isClean: false);

    /// <summary>Gives the socket back; cleanly if it said and heard FIN, or if <paramref name="clean"/> says that the layer above ended well.</summary>
    public void Dispose(bool clean = false)
    {
        if (_disposed)
        {
            return;
        }

        CloseOnce(clean || (_sentFin && _sawFin));
        _seat.Dispose();
        _receive.Return();
        _disposed = true;
    }

    private void CloseOnce(bool isClean)
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        if (!isClean)
        {
            // Not Dispose(): where another thread is inside a call on the socket, that shuts it down first, and FIN would
            // go out before the RST.
            _socket.Close(timeout: 0);
            return;
        }

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

    /// <summary>
    /// Linux reports a broken connection once, to whichever call comes first; from then on a receive gives 0, as after
    /// FIN. So whoever gets 0 looks at the connection itself: one that is closed has ended in order only if, behind the
    /// bytes that have been received, FIN has come.
    /// </summary>
    private SocketError JudgeEnd()
    {
        var state = TcpInfo.Read(_socket);
        // Fewer than have been received: a system that does not count them.
        var isInOrder = !state.IsClosed || state.BytesReceived != BytesReceived;
        return isInOrder ? SocketError.Success
            : _sendFault is SocketError.Success or SocketError.Shutdown ? SocketError.ConnectionReset
            : _sendFault;
    }

    private SocketResult NoteSend(SocketResult result)
    {
        if (result.Error is SocketError.Success or SocketError.WouldBlock)
        {
            _bytesSent += result.Bytes;
        }
        else
        {
            _sendFault = result.Error;
        }

        return result;
    }

    /// <summary>Sends what there is room for.</summary>
    private SocketResult Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var count = _socket.Send(bytes, SocketFlags.None, out var error);
            return NoteSend(new SocketResult(count, error));
        }
        catch (ObjectDisposedException)
        {
            return new SocketResult(0, SocketError.OperationAborted);
        }
    }

    /// <summary>
    /// Waits for room, which the engine does by sending: a piece, on its own thread. In bulk the rest is sent from the
    /// thread pool, or all the copying would be done where the messages wait.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<SocketResult> FinishAsync(ReadOnlyMemory<byte> rest)
    {
        var operation = SocketOperation.Rent();
        SocketResult result;
        do
        {
            var piece = SendsOn == Continuation.Loop ? rest : rest[..Math.Min(rest.Length, LeastPiece)];
            result = NoteSend(await operation.SendAsync(_socket, _seat, piece, SendsOn).ConfigureAwait(false));
            rest = rest[piece.Length..];
            if (result.Error == SocketError.Success && rest.Length > 0)
            {
                result = Send(rest.Span);
                rest = rest[result.Bytes..];
            }
        } while (rest.Length > 0 && result.Error is SocketError.Success or SocketError.WouldBlock);

        operation.Return();
        return result;
    }
}
