using NLog;
using NLog.Targets.Wrappers;

namespace Tunnel.Diagnostics;

/// <summary>Counts the log lines that one sink was too slow for, and says so in the log itself: lost, but not silently.</summary>
internal sealed class LostLines : IDisposable
{
    // A flood gives one line a second, not one for each line lost.
    private static readonly TimeSpan _reportDelay = TimeSpan.FromSeconds(1);

    private readonly string _sink;
    private readonly Logger _logger;
    private readonly Timer _timer;
    private long _lost;

    public LostLines(AsyncTargetWrapper queue, string sink, LogFactory factory)
    {
        _sink = sink;
        _logger = factory.GetLogger("log");
        _timer = new Timer(_ => Report());
        queue.LogEventDropped += (_, _) => Count();
    }

    public void Count()
    {
        if (Interlocked.Increment(ref _lost) == 1)
        {
            _timer.Change(_reportDelay, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Writes the count since the last report, if there is one.</summary>
    public void Report()
    {
        var lost = Interlocked.Exchange(ref _lost, 0);
        if (lost > 0)
        {
            _logger.Warn(
                "{LostLines} log lines are missing from {Sink}: it did not take them fast enough",
                lost,
                _sink
            );
        }
    }

    public void Dispose() => _timer.Dispose();
}
