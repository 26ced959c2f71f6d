using NLog;

namespace Tunnel.Diagnostics;

/// <summary>
/// Counts the log lines that one sink did not get, because it was too slow or could not be written, and reports them in
/// the log itself, which may have another sink. The report itself is limited.
/// </summary>
internal sealed class LostLines : IDisposable
{
    /// <summary>Name of the logger for these reports: a report that gets lost is not counted.</summary>
    public const string LoggerName = "log";

    private const string Slow = "it did not accept them fast enough";

    // By then a burst is over, and one line reports all of it.
    private static readonly TimeSpan _firstReport = TimeSpan.FromSeconds(1);

    // For a fault that lasts.
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

    /// <summary>The sink was behind, and its oldest lines were dropped.</summary>
    public void TooSlow(int lines) => Count(lines, Slow);

    /// <summary>The sink could not be written: reported at once the first time, then counted.</summary>
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

    /// <summary>
    /// The sink accepted what it was given. After a fault, the number of lines that it missed is reported.
    /// </summary>
    public void Written()
    {
        if (!Volatile.Read(ref _broken))
        {
            return;
        }

        lock (_lock)
        {
            _broken = false;
            // Not at once: a sink that alternates between working and failing must not be reported each time.
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
