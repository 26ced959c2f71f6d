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

    private long _spent;
    private long _lastEnd;

    public bool HasRoom(long now)
    {
        // What the loop did meanwhile for others pays for as much heavy work: half of its time at most is heavy. A
        // pause alone would not do, for between the handshakes of a crowd that keeps coming there is always a short
        // one.
        _spent = Math.Max(0, _spent - (now - _lastEnd));
        _lastEnd = now;
        return _spent < Most;
    }

    public void Spend(long from, long to)
    {
        _spent += to - from;
        _lastEnd = to;
    }
}
