using Tunnel.Config;
using Tunnel.Net;

namespace Tunnel.Relay;

/// <summary>
/// Two legs from the first byte to the end of both. What happened on one leg happens on the other, in the same order:
/// what came before an end is delivered before the end, whether FIN or an abort.
/// </summary>
/// <remarks>
/// When a side breaks off, the direction that reads from it tells the other side after the last byte; the direction
/// that writes to it discards what still comes. A failed write ends only its own direction: what the broken side had
/// sent before is still read, up to its end.
/// </remarks>
internal sealed class TwoWayRelay
{
    // A peer that was told in words that the stream broke off leaves at once; one that does not is cut.
    private static readonly TimeSpan _timeToLeave = TimeSpan.FromSeconds(2);

    // Half-closed sessions are few, or wait for an answer; a look is one system call.
    private static readonly TimeSpan _betweenLooks = TimeSpan.FromSeconds(1);

    private readonly Legs _legs;
    private readonly Ending _ending;
    private readonly DeadlineWheel _wheel;
    private readonly Action<SessionState> _entered;
    private readonly Action<Exception> _crashed;
    private readonly RelayWatch _watch;
    private readonly Lock _lock = new();
    private DirectionEnd? _firstEnd;
    private Party? _endedFirst;

    /// <param name="traffic">What its identity carries.</param>
    /// <param name="ending">
    /// Where the cause of the end is noted; code that notes one from elsewhere cuts both legs.
    /// </param>
    /// <param name="entered">Called when the relay enters another state.</param>
    /// <param name="crashed">Called for a bug of ours, which ends the relay.</param>
    public TwoWayRelay(
        Legs legs,
        TimeoutSettings timeouts,
        DeadlineWheel wheel,
        Traffic traffic,
        Ending ending,
        Action<SessionState> entered,
        Action<Exception> crashed
    )
    {
        (_legs, _ending, _wheel, _entered, _crashed) = (legs, ending, wheel, entered, crashed);
        var (front, back) = (new SendProgress(legs.Front), new SendProgress(legs.Back));
        _watch = new RelayWatch(timeouts, wheel, front, back, Overdue);
        Up = new Direction(legs.Front, back, _watch, traffic, wheel);
        Down = new Direction(legs.Back, front, _watch, traffic, wheel);
    }

    /// <summary>From the front to the back.</summary>
    public Direction Up { get; }

    /// <summary>From the back to the front.</summary>
    public Direction Down { get; }

    /// <summary>Completes when nothing is under way on either leg; a cause has been noted by then.</summary>
    public async Task RunAsync()
    {
        _watch.Start();
        foreach (var leg in (ReadOnlySpan<Leg>)[_legs.Front, _legs.Back])
        {
            leg.Channel.ReceivesOn = leg.Channel.SendsOn = Continuation.Loop;
        }

        await Task.WhenAll(RunAsync(Up, Down, _legs.FirstFromFront), RunAsync(Down, Up, _legs.FirstFromBack))
            .ConfigureAwait(false);
        if (_ending.Cause is null)
        {
            await Task.WhenAll(SettleAsync(_legs.Front), SettleAsync(_legs.Back)).ConfigureAwait(false);
            _ending.TryNote(new SessionEnd(CloseReason.Eof, _endedFirst!.Value));
        }

        _watch.Stop();
    }

    private async Task RunAsync(Direction direction, Direction other, ValueTask<Chunk> first)
    {
        try
        {
            var end = await direction.CarryAsync(first, Ended).ConfigureAwait(false);
            var otherEnd = Conclude(end);
            switch (end)
            {
                case DirectionEnd.InOrder when otherEnd is null:
                    _watch.HalfClosed();
                    _entered(SessionState.HalfClosed);
                    await NoticeBreakAsync(direction, other).ConfigureAwait(false);
                    break;
                case DirectionEnd.InOrder when otherEnd == DirectionEnd.ReceiverBroke:
                    // It got everything, but what it sent was lost, and it must see that too.
                    await BreakOffAsync(direction.To, other).ConfigureAwait(false);
                    break;
                case DirectionEnd.SenderBroke:
                    Broke(direction.From, direction.Status);
                    other.ReceiverIsGone();
                    await BreakOffAsync(direction.To, other).ConfigureAwait(false);
                    break;
                case DirectionEnd.ReceiverBroke:
                    Broke(direction.To, direction.Status);
                    await LoseAsync(direction, other, otherEnd).ConfigureAwait(false);
                    break;
            }
        }
        catch (Exception e)
        {
            // Peers and networks are reported by value: an exception here is our own fault, and neither direction of
            // the session can be trusted any more.
            _crashed(e);
            _ending.TryNote(new SessionEnd(CloseReason.InternalError, Party.Tunnel, e.Message));
            Cut();
        }
    }

    /// <summary>
    /// Nobody reads from a side whose stream has ended in order, so the connection is asked from time to time whether
    /// it has broken since: the other side must not take what it still sends for delivered.
    /// </summary>
    /// <param name="ended">The direction that has ended.</param>
    private async Task NoticeBreakAsync(Direction ended, Direction other)
    {
        while (!other.ReadEnded.IsCompleted)
        {
            await Task.WhenAny(other.ReadEnded, _wheel.DelayAsync(_betweenLooks)).ConfigureAwait(false);
            if (!other.ReadEnded.IsCompleted && ended.From.Channel.Breakage() is var status and not IoStatus.Ok)
            {
                Broke(ended.From, status);
                other.ReceiverIsGone();
                await BreakOffAsync(ended.To, other).ConfigureAwait(false);
                return;
            }
        }
    }

    /// <summary>What comes can no longer be delivered: reads it until the sender has left or has been told.</summary>
    private async Task LoseAsync(Direction direction, Direction other, DirectionEnd? otherEnd)
    {
        var discarding = direction.DiscardAsync();
        // The other direction writes to the sender, and what it still has to deliver comes first.
        if (otherEnd == DirectionEnd.InOrder)
        {
            await BreakOffAsync(direction.From, direction).ConfigureAwait(false);
        }
        else if (otherEnd == DirectionEnd.SenderBroke)
        {
            // The receiver may still be there to be told, although what it sends is of no use any more.
            await BreakOffAsync(direction.To, other).ConfigureAwait(false);
        }

        await discarding.ConfigureAwait(false);
    }

    /// <summary>Tells a side that the stream broke off, after the last byte sent to it, and then cuts it.</summary>
    /// <param name="reader">The direction that reads from it.</param>
    private async Task BreakOffAsync(Leg leg, Direction reader)
    {
        _entered(SessionState.Closing);
        _watch.Ending();
        var isTold = await leg.Transport.CloseWithAbortAsync().ConfigureAwait(false);
        // RST makes both systems discard what is still under way.
        if (await leg.Channel.DrainAsync(_wheel, _watch.Ending).ConfigureAwait(false) == IoStatus.Ok && isTold)
        {
            await Task.WhenAny(reader.ReadEnded, _wheel.DelayAsync(_timeToLeave)).ConfigureAwait(false);
        }

        leg.Transport.Abort();
    }

    /// <summary>Both directions have ended in order: waits until a side has taken all of it.</summary>
    private async Task SettleAsync(Leg leg)
    {
        var status = await leg.Channel.DrainAsync(_wheel, _watch.Ending).ConfigureAwait(false);
        if (status != IoStatus.Ok)
        {
            Broke(leg, status);
        }
    }

    /// <returns>How the other direction ended; null if it goes on.</returns>
    private DirectionEnd? Conclude(DirectionEnd end)
    {
        // Under the lock, so that of two directions that end at the same time the second sees the first.
        lock (_lock)
        {
            var other = _firstEnd;
            _firstEnd = end;
            return other;
        }
    }

    private void Ended(Party party)
    {
        lock (_lock)
        {
            _endedFirst ??= party;
        }
    }

    private void Broke(Leg leg, IoStatus status) => _ending.TryNote(SessionEnd.Of(leg, status));

    private void Overdue(SessionEnd cause, Leg? leg)
    {
        _ending.TryNote(cause);
        if (leg is null)
        {
            Cut();
        }
        else
        {
            // Only the side that takes nothing: the other one must still get what is on its way to it.
            leg.Transport.Abort();
        }
    }

    private void Cut()
    {
        _legs.Front.Transport.Abort();
        _legs.Back.Transport.Abort();
    }
}
