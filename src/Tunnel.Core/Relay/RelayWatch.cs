using Tunnel.Config;
using Tunnel.Net;

namespace Tunnel.Relay;

/// <summary>
/// The timeouts of a session that relays. The directions only note times; this deadline comes by when one of them could
/// be due, looks, and sets itself for the next. A peer whose system still takes bytes is never idle.
/// </summary>
internal sealed class RelayWatch(
    TunnelSession session,
    TimeoutSettings timeouts,
    DeadlineWheel wheel,
    Direction up,
    Direction down
) : Deadline
{
    // Whether the peer takes bytes is seen by looking twice; four looks in a timeout bound the error to a quarter.
    private readonly TimeSpan? _lookWhileWriting =
        new[] { timeouts.Write, timeouts.Idle, timeouts.HalfClose }.Min() / 4;

    private readonly long[] _acked = [-1, -1];
    private readonly Lock _lock = new();
    private TimeSpan _dueAt = TimeSpan.MaxValue;

    /// <summary>Makes sure that the watch comes by in time for what has just changed.</summary>
    public void Arm()
    {
        lock (_lock)
        {
            var now = wheel.Now;
            if (NextLook(now) is { } next && next < _dueAt)
            {
                _dueAt = next;
                wheel.Schedule(this, next - now);
            }
        }
    }

    /// <summary>The session relays no more.</summary>
    public void Disarm() => wheel.Cancel(this);

    protected internal override void OnDue()
    {
        lock (_lock)
        {
            _dueAt = TimeSpan.MaxValue;
        }

        var now = wheel.Now;
        Sample(up, 0, now);
        Sample(down, 1, now);
        if (Due(now) is { } end)
        {
            session.End(end);
        }
        else
        {
            Arm();
        }
    }

    private void Sample(Direction direction, int index, TimeSpan now)
    {
        var since = direction.WritingSince;
        if (since == 0)
        {
            _acked[index] = -1;
            return;
        }

        var acked = direction.To.Channel.Inspect().BytesAcked;
        if (acked != _acked[index])
        {
            _acked[index] = acked;
            direction.Progressed(since, now.Ticks);
            session.Touch();
        }
    }

    private SessionEnd? Due(TimeSpan now)
    {
        foreach (var direction in (ReadOnlySpan<Direction>)[up, down])
        {
            var since = direction.WritingSince;
            if (timeouts.Write is { } write && since != 0 && now.Ticks - since >= write.Ticks)
            {
                return new SessionEnd(
                    CloseReason.WriteTimeout,
                    Party.Tunnel,
                    $"the {direction.To.Party.Word()} took nothing for {write.TotalSeconds:0.###} s"
                );
            }
        }

        var quiet = now - session.LastActivity;
        if (session.State == SessionState.HalfClosed && timeouts.HalfClose is { } halfClose && quiet >= halfClose)
        {
            return new SessionEnd(CloseReason.HalfCloseTimeout, Party.Tunnel, null);
        }

        return timeouts.Idle is { } idle && quiet >= idle
            ? new SessionEnd(CloseReason.IdleTimeout, Party.Tunnel, null)
            : null;
    }

    /// <summary>When the watch is needed next; null while nothing can become due.</summary>
    private TimeSpan? NextLook(TimeSpan now)
    {
        TimeSpan? next = null;
        if (up.WritingSince != 0 || down.WritingSince != 0)
        {
            next = now + _lookWhileWriting;
        }

        if (session.State == SessionState.HalfClosed)
        {
            next = Earlier(next, session.LastActivity + timeouts.HalfClose);
        }

        return Earlier(next, session.LastActivity + timeouts.Idle);
    }

    private static TimeSpan? Earlier(TimeSpan? a, TimeSpan? b) => a is null || b < a ? b ?? a : a;
}
