using Tunnel.Net;

namespace Tunnel.Relay;

/// <summary>How one direction of a session ended.</summary>
internal enum DirectionEnd
{
    /// <summary>The stream ended in order, and the other side has been told so.</summary>
    InOrder,

    /// <summary>The side that sends broke off.</summary>
    SenderBroke,

    /// <summary>The side that receives accepts no more: what still comes for it cannot be delivered.</summary>
    ReceiverBroke,
}

/// <summary>
/// One direction of a session: reads a chunk from one leg, writes it to the other, and does not read again before that
/// is done. So at most one buffer is in flight, and a receiver that stalls stops the sender. Only this code reads from
/// the one leg and writes to the other.
/// </summary>
/// <param name="traffic">Of the identity whose session it is.</param>
/// <param name="wheel">For waits that the traffic's limit asks for.</param>
internal sealed class Direction(Leg from, SendProgress to, RelayWatch watch, Traffic traffic, DeadlineWheel wheel)
{
    // What a connection may move before it steps back: one full batch. Smaller turns slow down bulk transfers, larger
    // ones make all others on the loop wait.
    private const int BytesPerTurn = BufferPool.LargePlaintext;

    // A turn of small messages ends too, because each costs system calls, whatever its size.
    private const int LeastCostOfARead = 8 * 1024;

    // A session that is cut meanwhile must not be long in noticing.
    private static readonly TimeSpan _longestHold = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _readEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITransport _to = to.Leg.Transport;
    private readonly SocketChannel _toChannel = to.Leg.Channel;
    private Pace _pace;
    private long _bytes;
    private int _turn;
    private bool _waited;
    private volatile bool _receiverIsGone;

    public Leg From => from;

    public Leg To => to.Leg;

    /// <summary>Bytes delivered to the system so far.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Completes when nothing more will be read.</summary>
    public Task ReadEnded => _readEnded.Task;

    /// <summary>Why <see cref="CarryAsync"/> ended, for whichever leg broke.</summary>
    public IoStatus Status { get; private set; }

    /// <summary>From now on what comes is discarded: the receiving side has broken off.</summary>
    public void ReceiverIsGone() => _receiverIsGone = true;

    /// <summary>Carries bytes until either side ends, and tells the receiver of an end in order.</summary>
    /// <param name="first">A read that was begun before relaying, or bytes already there; by default neither.</param>
    /// <param name="ended">
    /// Called when the sender has ended in order, before the receiver is told: it may answer with its own end at once.
    /// </param>
    public async Task<DirectionEnd> CarryAsync(ValueTask<Chunk> first, Action<Party> ended)
    {
        _waited = !first.IsCompleted;
        var chunk = await first.ConfigureAwait(false);
        try
        {
            while (true)
            {
                while (chunk.IsNone)
                {
                    var waiting = from.Transport.WaitAsync();
                    _waited |= !waiting.IsCompleted;
                    chunk = from.Transport.Read(await waiting.ConfigureAwait(false));
                    if (chunk.IsNone && TurnIsOver(chunk.Cost))
                    {
                        await EventLoop.Yield();
                    }
                }

                if (chunk.Status != IoStatus.Ok)
                {
                    _readEnded.TrySetResult();
                    return await EndAsync(chunk.Status, ended).ConfigureAwait(false);
                }

                watch.Received();
                var (length, cost) = (chunk.Bytes.Length, chunk.Cost);
                if (_pace.Record(length))
                {
                    PaceChanged();
                }

                var writing = _receiverIsGone ? new(IoStatus.Aborted) : _to.WriteAsync(chunk.Bytes);
                var blocked = !writing.IsCompleted;
                to.IsWriting = blocked;
                watch.Sent();
                Status = await writing.ConfigureAwait(false);
                chunk.Return();
                chunk = default;
                if (blocked)
                {
                    _waited = true;
                    to.IsWriting = false;
                    watch.Received();
                }

                if (Status != IoStatus.Ok)
                {
                    return DirectionEnd.ReceiverBroke;
                }

                Volatile.Write(ref _bytes, _bytes + length);
                var wait = traffic.Spend(length, wheel);
                if (wait > TimeSpan.Zero)
                {
                    await HoldBackAsync(wait).ConfigureAwait(false);
                }

                if (TurnIsOver(cost))
                {
                    await EventLoop.Yield();
                }

                // Of ten bulk flows of one identity each has a tenth of the turns of another's only one.
                for (var left = _pace.IsBulk ? traffic.StepsBack : 0; left > 0; left--)
                {
                    await EventLoop.Yield();
                }
            }
        }
        catch
        {
            // A fault of our own: the buffer must not be lost with the session.
            chunk.Return();
            throw;
        }
        finally
        {
            if (_pace.IsBulk)
            {
                traffic.BulkEnded();
            }
        }
    }

    /// <summary>
    /// Reads and discards what still comes, so that the sender reaches its end and can learn about ours.
    /// </summary>
    public async Task DiscardAsync()
    {
        while (!_readEnded.Task.IsCompleted)
        {
            var waiting = from.Transport.WaitAsync();
            _waited |= !waiting.IsCompleted;
            var chunk = from.Transport.Read(await waiting.ConfigureAwait(false));
            chunk.Return();
            if (chunk.Status != IoStatus.Ok)
            {
                _readEnded.TrySetResult();
            }
            else if (TurnIsOver(chunk.Cost))
            {
                await EventLoop.Yield();
            }
        }
    }

    private async Task<DirectionEnd> EndAsync(IoStatus status, Action<Party> ended)
    {
        Status = status;
        if (status != IoStatus.Eof)
        {
            return DirectionEnd.SenderBroke;
        }

        if (_receiverIsGone)
        {
            return DirectionEnd.ReceiverBroke;
        }

        ended(from.Party);
        to.IsWriting = true;
        watch.Sent();
        Status = await _to.CloseWriteAsync().ConfigureAwait(false);
        to.IsWriting = false;
        // What waited for room has gone out only now, and its progress must be watched like everything else.
        watch.Sent();
        return Status == IoStatus.Ok ? DirectionEnd.InOrder : DirectionEnd.ReceiverBroke;
    }

    private void PaceChanged()
    {
        from.Channel.ReceivesOn = _toChannel.SendsOn = _pace.IsBulk ? Continuation.Pool : Continuation.Loop;
        if (_pace.IsBulk)
        {
            traffic.BulkBegan();
        }
        else
        {
            traffic.BulkEnded();
        }
    }

    /// <summary>
    /// Its identity has had its share of the second. The session is not idle: it is we who do not read.
    /// </summary>
    private async Task HoldBackAsync(TimeSpan wait)
    {
        for (; wait > TimeSpan.Zero && !_receiverIsGone; wait -= _longestHold)
        {
            await wheel.DelayAsync(wait < _longestHold ? wait : _longestHold).ConfigureAwait(false);
            watch.Received();
        }

        _waited = true;
    }

    private bool TurnIsOver(int cost)
    {
        _turn = _waited ? 0 : _turn + Math.Max(cost, LeastCostOfARead);
        _waited = false;
        var isOver = _turn >= BytesPerTurn;
        _turn = isOver ? 0 : _turn;
        return isOver;
    }
}
