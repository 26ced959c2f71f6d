using System.Diagnostics;

namespace Tunnel.Net;

/// <summary>How busy an event loop is: by the number of its sockets, and by their recent events.</summary>
internal sealed class LoopLoad
{
    // Events a second on a fully busy loop of the machine in perf/README.md. Loops whose load differs by less than a
    // tenth of that are equally busy, and the number of their sockets decides.
    private const int EventsPerSecond = 25_000;
    private const int Steps = 10;

    // Long enough that a tenth is some hundred events, short enough for the next connections of a burst.
    private static readonly long _sample = Stopwatch.Frequency / 10;

    private static readonly Lock _sampling = new();
    private static long _lastSample = Stopwatch.GetTimestamp();

    private int _sockets;
    private long _events;
    private long _eventsBefore;
    private long _busy;

    public int Sockets => Volatile.Read(ref _sockets);

    public void Enter() => Interlocked.Increment(ref _sockets);

    public void Leave() => Interlocked.Decrement(ref _sockets);

    /// <summary>Only on the loop's own thread.</summary>
    public void CountEvent() => Volatile.Write(ref _events, _events + 1);

    /// <summary>Null where there is none.</summary>
    public static EventLoop? LeastBusy(ReadOnlySpan<EventLoop?> loops)
    {
        Sample(loops, Stopwatch.GetTimestamp());
        EventLoop? best = null;
        foreach (var loop in loops)
        {
            if (loop is not null && (best is null || loop.Load.IsLessThan(best.Load)))
            {
                best = loop;
            }
        }

        return best;
    }

    internal bool IsLessThan(LoopLoad other)
    {
        var (mine, its) = (Volatile.Read(ref _busy), Volatile.Read(ref other._busy));
        return mine < its || (mine == its && Sockets < other.Sockets);
    }

    internal void Sample(long elapsed)
    {
        var events = Volatile.Read(ref _events);
        var perSecond = (events - _eventsBefore) * Stopwatch.Frequency / elapsed;
        Volatile.Write(ref _busy, perSecond * Steps / EventsPerSecond);
        _eventsBefore = events;
    }

    private static void Sample(ReadOnlySpan<EventLoop?> loops, long now)
    {
        if (now - Volatile.Read(ref _lastSample) < _sample)
        {
            return;
        }

        lock (_sampling)
        {
            var elapsed = now - _lastSample;
            if (elapsed < _sample)
            {
                return;
            }

            foreach (var loop in loops)
            {
                loop?.Load.Sample(elapsed);
            }

            Volatile.Write(ref _lastSample, now);
        }
    }
}
