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
    // One TLS record: large enough not to send crumbs to a slow receiver, small enough for an event loop.
    private const int PieceBytes = BufferPool.Small;

    // No event says that the last byte has been acknowledged. Usually it is within the first pause.
    private static readonly TimeSpan _firstPause = DeadlineWheel.Tick;
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(1);

    private readonly ITcpSocket _socket;
    private bool _sentFin;
    private bool _sawFin;

    // tcpi_bytes_acked counts the SYN of the side that dialled, and no other.
    private readonly long _synBytes;
    private long _bytesSent;
    private SocketError _fault;
    private int _closed;
    private bool _disposed;

    /// <param name="socket">Connected; the channel closes it.</param>
    /// <param name="isDialled">We dialled the connection; it was not accepted.</param>
    internal SocketChannel(ITcpSocket socket, bool isDialled = false)
    {
        _synBytes = isDialled ? 1 : 0;
        _socket = socket;
        RemoteEndPoint = socket.RemoteEndPoint;
    }

    public EndPoint RemoteEndPoint { get; }

    /// <inheritdoc cref="ITcpSocket.LocalEndPoint"/>
    public EndPoint? LocalEndPoint => _socket.LocalEndPoint;

    /// <summary>For sockets of the same session, which go to the same event loop.</summary>
    internal ITcpSocket Socket => _socket;

    /// <summary>Where late completions of a receive continue.</summary>
    public Continuation ReceivesOn { get; set; }

    /// <summary>As <see cref="ReceivesOn"/>, for sends.</summary>
    public Continuation SendsOn { get; set; }

    /// <summary>Bytes received from the peer so far.</summary>
    public long BytesReceived { get; private set; }

    /// <summary>Completes when there is something to receive: bytes, FIN or an error.</summary>
    public ValueTask<SocketResult> WaitReadableAsync() => _socket.WaitReadableAsync(ReceivesOn);

    /// <summary>Receives what is there; <see cref="SocketError.WouldBlock"/> when nothing is.</summary>
    public SocketResult Receive(Span<byte> buffer)
    {
        var result = _socket.Receive(buffer);
        BytesReceived += result.Bytes;
        if (result.Bytes > 0 || result.Error != SocketError.Success)
        {
            return result;
        }

        var error = JudgeEnd();
        _sawFin = error == SocketError.Success;
        return new SocketResult(0, error);
    }

    /// <summary>Completes when all bytes are with the system.</summary>
    public ValueTask<SocketResult> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        var result = NoteSend(_socket.Send(bytes.Span));
        return
            result.Error == SocketError.WouldBlock
            || (result.Error == SocketError.Success && result.Bytes < bytes.Length)
            ? FinishAsync(bytes[result.Bytes..])
            : ValueTask.FromResult(result);
    }

    /// <summary>Sends FIN after everything sent so far.</summary>
    public SocketResult ShutdownSend()
    {
        var result = _socket.ShutdownSend();
        _sentFin |= result.Error == SocketError.Success;
        return result;
    }

    /// <summary>What the system knows about the connection, without reading from it.</summary>
    public PeerState Inspect() => _socket.Inspect() ?? new PeerState { Presence = PeerPresence.Gone };

    /// <summary>
    /// How the connection broke, seen without reading from it; <see cref="IoStatus.Ok"/> if it did not. Not after both
    /// sides have sent FIN.
    /// </summary>
    public IoStatus Breakage()
    {
        if (_socket.Inspect() is not { IsClosed: true })
        {
            return IoStatus.Ok;
        }

        // The system reports it once, and whoever drains the connection asks again.
        if (_socket.TakeError() is var error and not SocketError.Success)
        {
            _fault = error;
        }

        return new SocketResult(0, _fault != SocketError.Success ? _fault : SocketError.ConnectionReset).Status;
    }

    /// <summary>
    /// Waits until the peer's system has acknowledged every byte that was sent to it; without limit, but
    /// <see cref="Abort"/> ends it. It does not wait for the acknowledgement of FIN, which may come late. Where the
    /// system does not say, it completes at once.
    /// </summary>
    /// <param name="waiting">Called once if it does not complete at once.</param>
    /// <returns>
    /// Anything but <see cref="IoStatus.Ok"/> means that the connection ended before all was acknowledged.
    /// </returns>
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
        if (_socket.Inspect() is not { } state)
        {
            return SocketError.OperationAborted;
        }

        if (!state.IsClosed)
        {
            var hasAll = state.SendQueueIsEmpty || (_sentFin && state.BytesAcked >= _bytesSent + _synBytes);
            return hasAll ? SocketError.Success : null;
        }

        // Both FINs are acknowledged, or it is broken; an error that the system has not reported yet is reported here.
        var error = _socket.TakeError();
        return error != SocketError.Success ? error : _fault;
    }

    /// <summary>
    /// Cuts the connection with RST; pending operations end as aborted. From any thread, any number of times.
    /// </summary>
    public void Abort() => CloseOnce(isClean: false);

    /// <summary>
    /// Releases the socket; cleanly if it sent and received FIN, or if <paramref name="clean"/> says that the layer
    /// above ended well.
    /// </summary>
    public void Dispose(bool clean = false)
    {
        if (_disposed)
        {
            return;
        }

        CloseOnce(clean || (_sentFin && _sawFin));
        _socket.Release();
        _disposed = true;
    }

    private void CloseOnce(bool isClean)
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        if (isClean)
        {
            _socket.Close();
        }
        else
        {
            _socket.Cut();
        }
    }

    /// <summary>
    /// Linux reports a broken connection once, to whichever call comes first; from then on a receive gives 0, as after
    /// FIN. So after a 0 we look at the connection itself: a closed one has ended in order only if FIN came after the
    /// bytes received.
    /// </summary>
    private SocketError JudgeEnd()
    {
        if (_socket.Inspect() is not { } state)
        {
            return SocketError.OperationAborted;
        }

        // A smaller number means that the system does not count them.
        var isInOrder = !state.IsClosed || state.BytesReceived != BytesReceived;
        return isInOrder ? SocketError.Success
            : _fault is SocketError.Success or SocketError.Shutdown ? SocketError.ConnectionReset
            : _fault;
    }

    private SocketResult NoteSend(SocketResult result)
    {
        if (result.Error is SocketError.Success or SocketError.WouldBlock)
        {
            _bytesSent += result.Bytes;
        }
        else
        {
            _fault = result.Error;
        }

        return result;
    }

    /// <summary>
    /// Waits for room: the runtime does that by sending a piece on its own thread. In bulk the rest is sent from the
    /// thread pool, otherwise all copying would be done where the messages wait.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<SocketResult> FinishAsync(ReadOnlyMemory<byte> rest)
    {
        SocketResult result;
        do
        {
            var piece = SendsOn == Continuation.Loop ? rest : rest[..Math.Min(rest.Length, PieceBytes)];
            result = NoteSend(await _socket.SendAsync(piece, SendsOn).ConfigureAwait(false));
            rest = rest[piece.Length..];
            if (result.Error == SocketError.Success && rest.Length > 0)
            {
                result = NoteSend(_socket.Send(rest.Span));
                rest = rest[result.Bytes..];
            }
        } while (rest.Length > 0 && result.Error is SocketError.Success or SocketError.WouldBlock);

        return result;
    }
}
