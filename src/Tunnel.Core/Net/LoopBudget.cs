using System.Diagnostics;

namespace Tunnel.Net;

/// <summary>
/// How much heavy work one event loop takes in a row. Handing a step of a handshake to the thread pool costs two wake-ups
/// and as many changes of thread, an eighth of a whole handshake; a hundred of them on the loop would make every message
/// behind them wait. So the loop does them itself until they have kept it for a while, and hands on what comes then.
/// </summary>
public static class LoopBudget
{
    // Two or three full handshake steps: less than a time slice of the system's scheduler, which everybody waits anyway.
    private static readonly long _most = Stopwatch.Frequency / 500;

    // Work that is this close to the last was probably reported by the same round of epoll.
    private static readonly long _gap = Stopwatch.Frequency / 20_000;

    [ThreadStatic]
    private static long _spent;

    [ThreadStatic]
    private static long _lastEnd;

    /// <summary>Runs the work at once if the loop has time for it, else later on the thread pool.</summary>
    public static void Run<T>(Action<T> work, T state)
    {
        if (TryBegin(out var started))
        {
            work(state);
            End(started);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(work, state, preferLocal: false);
        }
    }

    /// <summary>Whether this thread is a loop that has time for heavy work now; if so, <see cref="End"/> must follow it.</summary>
    public static bool TryBegin(out long started)
    {
        started = 0;
        if (!EventLoop.IsCurrent)
        {
            return false;
        }

        started = Stopwatch.GetTimestamp();
        if (started - _lastEnd > _gap)
        {
            _spent = 0;
        }

        return _spent < _most;
    }

    public static void End(long started)
    {
        _lastEnd = Stopwatch.GetTimestamp();
        _spent += _lastEnd - started;
    }
}
