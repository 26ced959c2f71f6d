using NLog;

namespace Tunnel.Diagnostics;

/// <summary>
/// Counts the log lines that one sink did not get, because it was too slow or could not be written, and says so in the
/// log itself, which has other sinks: lost, but not silently, and without a flood of its own.
/// </summary>
internal sealed class LostLines : IDisposable
{
    /// <summary>Name of the logger whose lines are these: those that get lost themselves are not counted.</summary>
    public const string LoggerName = "log";

    private const string Slow = "it did not take them fast enough";

    // By then a burst is over, and one line tells of all of it.
    private static readonly TimeSpan _firstReport = TimeSpan.FromSeconds(1);

    // Of a fault that lasts.
    private static readonly TimeSpan _furtherReports = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly string _sink;
    private readonly Logger _logger;
    private readonly Timer _timer;
    private long _lost;
    private string _cause = Slow;
    private bool _scheduled;
    private bool _broken;
    private bool _reportedBroken;

    public LostLines(string sink, LogFactory factory)
    {
        _sink = sink;
        _logger = factory.GetLogger(LoggerName);
        _timer = new Timer(_ => Report());
    }

    /// <summary>The sink was behind, and its oldest lines made room.</summary>
    public void TooSlow(int lines) => Count(lines, Slow);

    /// <summary>The sink could not be written: said at once the first time, then counted.</summary>
    public void Failed(int lines, string cause)
    {
        bool news;
        lock (_lock)
        {
            news = !_reportedBroken;
            _broken = _reportedBroken = true;
        }

        Count(lines, cause);
        if (news)
        {
            Report();
        }
    }

    /// <summary>The sink took what it was given. After a fault the count of what it missed is written.</summary>
    public void Written()
    {
        if (!Volatile.Read(ref _broken))
        {
            return;
        }

        lock (_lock)
        {
            _broken = false;
            // Soon: a sink that works and fails in turns is not to be told of at each turn.
            _timer.Change(_firstReport, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Writes the count since the last report, if there is one.</summary>
    public void Report()
    {
        long lost;
        string cause;
        lock (_lock)
        {
            (lost, _lost, cause) = (_lost, 0, _cause);
            _scheduled = false;
            _reportedBroken = _broken;
            if (lost > 0)
            {
                _scheduled = true;
                _timer.Change(_furtherReports, Timeout.InfiniteTimeSpan);
            }
        }

        if (lost > 0)
        {
            _logger.Warn(
                lost == 1
                    ? "{lost_lines} log line missing from {sink:l}: {cause:l}"
                    : "{lost_lines} log lines missing from {sink:l}: {cause:l}",
                lost,
                _sink,
                cause
            );
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Count(int lines, string cause)
    {
        lock (_lock)
        {
            _lost += lines;
            _cause = cause;
            if (!_scheduled)
            {
                _scheduled = true;
                _timer.Change(_firstReport, Timeout.InfiniteTimeSpan);
            }
        }
    }
}
