using Tunnel.Net;

namespace Tunnel.Relay;

/// <summary>
/// One direction of a session: reads a chunk from one leg, writes it to the other, and does not read again before that
/// is done. So at most one buffer is in flight, and a receiver that stalls stops the sender.
/// </summary>
internal sealed class Direction(TunnelSession session, Leg from, Leg to)
{
    // What a connection may move before it steps back: one full batch. Smaller turns cost bulk transfer, larger ones
    // make everybody else on the loop wait.
    private const int BytesPerTurn = BufferPool.LargePlaintext;

    // A turn of small messages ends too: each costs system calls, whatever its size.
    private const int LeastCostOfARead = 8 * 1024;

    private Pace _pace;
    private long _bytes;
    private long _writingSince;

    public Leg To => to;

    /// <summary>Bytes delivered to the system so far.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>When the write under way began to wait, in ticks of the wheel's clock; 0 when none waits.</summary>
    public long WritingSince => Volatile.Read(ref _writingSince);

    /// <summary>Set by the watch when the peer's system was seen to take bytes of a waiting write.</summary>
    public void Progressed(long since, long now) => Interlocked.CompareExchange(ref _writingSince, now, since);

    /// <summary>True once this direction has ended in order.</summary>
    public bool Ended { get; private set; }

    /// <param name="first">A read that was begun before relaying, or bytes already there; by default neither.</param>
    public async Task RunAsync(ValueTask<Chunk> first)
    {
        var waited = !first.IsCompleted;
        var chunk = await first.ConfigureAwait(false);
        for (var turn = 0; ; )
        {
            while (chunk.IsNone)
            {
                var waiting = from.Transport.WaitAsync();
                waited |= !waiting.IsCompleted;
                chunk = from.Transport.Read(await waiting.ConfigureAwait(false));
            }

            if (chunk.Status != IoStatus.Ok)
            {
                await EndAsync(chunk.Status).ConfigureAwait(false);
                return;
            }

            var length = chunk.Bytes.Length;
            session.Touch();
            if (_pace.Record(length))
            {
                from.Channel.ReceivesOn = to.Channel.SendsOn = _pace.IsBulk ? Continuation.Pool : Continuation.Loop;
            }

            var writing = to.Transport.WriteAsync(chunk.Bytes);
            var blocked = !writing.IsCompleted;
            if (blocked)
            {
                Volatile.Write(ref _writingSince, session.WriteWaits());
                session.ArmWatch();
            }

            var written = await writing.ConfigureAwait(false);
            chunk.Return();
            chunk = default;
            if (blocked)
            {
                waited = true;
                Volatile.Write(ref _writingSince, 0);
                session.Touch();
            }

            if (written != IoStatus.Ok)
            {
                session.Fail(to, written);
                return;
            }

            Volatile.Write(ref _bytes, _bytes + length);
            turn = waited ? 0 : turn + Math.Max(length, LeastCostOfARead);
            waited = false;
            if (turn >= BytesPerTurn)
            {
                turn = 0;
                await EventLoop.Yield();
            }
        }
    }

    private async Task EndAsync(IoStatus status)
    {
        if (status != IoStatus.Eof)
        {
            session.Fail(from, status);
            return;
        }

        session.SideEnded(from);
        var closed = await to.Transport.CloseWriteAsync().ConfigureAwait(false);
        if (closed != IoStatus.Ok)
        {
            session.Fail(to, closed);
            return;
        }

        Ended = true;
        session.DirectionEnded();
    }
}
