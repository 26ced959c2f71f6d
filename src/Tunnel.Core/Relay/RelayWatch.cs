using Tunnel.Config;
using Tunnel.Net;

namespace Tunnel.Relay;

/// <summary>
/// The timeouts of a session that relays. The directions only note times; this deadline fires when one of them could be
/// due, looks, and sets itself for the next. An idle session whose bytes have all been taken is not looked at.
/// </summary>
/// <param name="overdue">Called with the cause, and the side that took nothing, or null if it was both.</param>
internal sealed class RelayWatch(
    TimeoutSettings timeouts,
    DeadlineWheel wheel,
    SendProgress front,
    SendProgress back,
    Action<SessionEnd, Leg?> overdue
) : Deadline
{
    // A session that is over must not be kept alive by a side that does not take the end, even if timeouts.write is
    // off.
    private static readonly TimeSpan _mostForTheEnd = TimeSpan.FromSeconds(60);

    // It takes two looks to see whether a side takes bytes; four looks in a timeout limit the error to a quarter.
    private const int LooksInATimeout = 4;

    private readonly Lock _lock = new();
    private TimeSpan _dueAt = TimeSpan.MaxValue;
    private TimeSpan? _write = timeouts.Write;
    private long _lastActivity = wheel.Now.Ticks;
    private volatile bool _seesSends;
    private volatile bool _isHalfClosed;
    private volatile bool _isOver;

    /// <summary>Bytes have come.</summary>
    public void Received() => Volatile.Write(ref _lastActivity, wheel.Now.Ticks);

    /// <summary>
    /// Bytes, or an end, have been passed to the system or wait for it: from now on we watch whether they are taken.
    /// </summary>
    public void Sent()
    {
        if (!_seesSends)
        {
            _seesSends = true;
            Arm();
        }
    }

    /// <summary>One direction has ended.</summary>
    public void HalfClosed()
    {
        Received();
        _isHalfClosed = true;
        Arm();
    }

    /// <summary>The session ends, and only the messages to its sides about that are still under way.</summary>
    public void Ending()
    {
        _write ??= _mostForTheEnd;
        _seesSends = true;
        Arm();
    }

    /// <summary>Begins to watch.</summary>
    public void Start() => Arm();

    /// <summary>The session no longer relays.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _isOver = true;
            wheel.Cancel(this);
        }
    }

    protected internal override void OnDue()
    {
        SessionEnd? end;
        Leg? by;
        lock (_lock)
        {
            if (_isOver)
            {
                return;
            }

            _dueAt = TimeSpan.MaxValue;
            var now = wheel.Now;
            // Before looking: what is sent from now on sets it again.
            _seesSends = false;
            Interlocked.MemoryBarrier();
            Look(now);
            (end, by) = Due(now);
        }

        if (end is not null)
        {
            overdue(end, by);
        }

        // Also then: the other side must still be told, and that may need watching too.
        Arm();
    }

    private void Arm()
    {
        lock (_lock)
        {
            if (_isOver)
            {
                return;
            }

            var now = wheel.Now;
            if (NextLook(now) is { } next && next < _dueAt)
            {
                _dueAt = next;
                wheel.Schedule(this, next - now);
            }
        }
    }

    private void Look(TimeSpan now)
    {
        foreach (var side in (ReadOnlySpan<SendProgress>)[front, back])
        {
            if (side.Look(now) is { } taken && taken > LastActivity)
            {
                Volatile.Write(ref _lastActivity, taken.Ticks);
            }
        }

        _seesSends |= front.Waits || back.Waits;
    }

    private (SessionEnd? End, Leg? By) Due(TimeSpan now)
    {
        if (_write is { } write)
        {
            foreach (var side in (ReadOnlySpan<SendProgress>)[front, back])
            {
                if (side.WhyOverdue(now, write) is { } why)
                {
                    return (new SessionEnd(CloseReason.WriteTimeout, Party.Tunnel, why), side.Leg);
                }
            }
        }

        var quiet = now - LastActivity;
        if (_isHalfClosed && timeouts.HalfClose is { } halfClose && quiet >= Stretch(halfClose))
        {
            return (new SessionEnd(CloseReason.HalfCloseTimeout, Party.Tunnel), null);
        }

        return timeouts.Idle is { } idle && quiet >= Stretch(idle)
            ? (new SessionEnd(CloseReason.IdleTimeout, Party.Tunnel), null)
            : (null, null);
    }

    private TimeSpan LastActivity => TimeSpan.FromTicks(Volatile.Read(ref _lastActivity));

    private TimeSpan Stretch(TimeSpan timeout) =>
        front.Stretch(timeout) is var one && back.Stretch(timeout) is var other && one > other ? one : other;

    /// <summary>When the watch is needed next; null while nothing can become due.</summary>
    private TimeSpan? NextLook(TimeSpan now)
    {
        TimeSpan? next = null;
        if (_seesSends)
        {
            next = now + (new[] { _write, timeouts.Idle, timeouts.HalfClose }.Min() / LooksInATimeout);
        }

        if (_isHalfClosed)
        {
            next = Earlier(next, Still(LastActivity + timeouts.HalfClose, now));
        }

        return Earlier(next, Still(LastActivity + timeouts.Idle, now));
    }

    // What is overdue only because a slow reader showed no sign is looked at as often as the reader.
    private TimeSpan? Still(TimeSpan? due, TimeSpan now) => due <= now ? (_seesSends ? null : now) : due;

    private static TimeSpan? Earlier(TimeSpan? a, TimeSpan? b) => a is null || b < a ? b ?? a : a;
}
