using System.Diagnostics;

namespace Tunnel.Net;

/// <summary>
/// How much heavy work an event loop does in a row. Passing a step of a handshake to the thread pool costs two wake-ups
/// and changes of thread, and there are several steps; but a hundred of them on the loop would make every message
/// behind them wait. So the loop does them itself for a while, and then passes on further ones.
/// </summary>
/// <remarks>Times are ticks of <see cref="Stopwatch"/>.</remarks>
internal struct LoopBudget
{
    // Two or three steps of full handshakes: less than a time slice of the system's scheduler, which everybody waits
    // for anyway.
    internal static readonly long Most = Stopwatch.Frequency / 500;

    // Work this close to the last was probably reported by the same round of epoll.
    internal static readonly long Gap = Stopwatch.Frequency / 20_000;

    private long _spent;
    private long _lastEnd;

    public bool HasRoom(long now)
    {
        if (now - _lastEnd > Gap)
        {
            _spent = 0;
        }

        return _spent < Most;
    }

    public void Spend(long from, long to)
    {
        _spent += to - from;
        _lastEnd = to;
    }
}
