using NLog;
using NLog.Common;
using NLog.Config;
using NLog.Targets;
using NLog.Targets.Wrappers;
using NLog.Time;
using Tunnel.Config;

namespace Tunnel.Diagnostics;

/// <summary>
/// Turns <see cref="LoggingSettings"/> into running logs, and flushes them when disposed.
/// <para>
/// Event-loop threads log, so a slow disk or a stopped terminal must never hold them: each sink has a bounded queue and
/// a thread-pool thread that empties it. A full queue drops its oldest line. Waiting would stop every session of that
/// loop, and growing would let a stopped terminal eat the memory; what is dropped is counted and the count is logged
/// (<see cref="LostLines"/>).
/// </para>
/// </summary>
public sealed class LogSetup : IDisposable
{
    /// <summary>
    /// Lines a sink may be behind. At some 500 bytes a line this is 10 MB for each sink, and four seconds of a stopped
    /// disk at 5,000 sessions a second.
    /// </summary>
    internal const int QueueLimit = 20_000;

    private static readonly TimeSpan _flushLimit = TimeSpan.FromSeconds(5);

    private readonly LogFactory _factory;
    private readonly List<LostLines> _lost = [];

    private LogSetup(LogFactory factory) => _factory = factory;

    /// <summary>Starts logging to the console and, if the settings name one, to a file.</summary>
    /// <param name="settings">The <c>logging</c> part of a configuration file.</param>
    /// <param name="level">Instead of the level of <paramref name="settings"/>: what <c>--verbose</c> and <c>--debug</c> ask for.</param>
    /// <exception cref="LogFileException">The log file, or its directory, cannot be made or written.</exception>
    public static LogSetup Start(LoggingSettings settings, LogLevelSetting? level = null)
    {
        // The default source is as coarse as the system's tick, 4 ms on Linux.
        TimeSource.Current = new AccurateUtcTimeSource();
        // A disk that fills up later has to be heard of somewhere.
        InternalLogger.LogToConsoleError = true;
        InternalLogger.LogLevel = LogLevel.Error;
        return Start(settings, level, LogManager.LogFactory, LogTargets.Console());
    }

    internal static LogSetup Start(LoggingSettings settings, LogLevelSetting? level, LogFactory factory, Target console)
    {
        var setup = new LogSetup(factory);
        var configuration = new LoggingConfiguration(factory);
        var lowest = LogLevel.FromString((level ?? settings.Level).ToString());
        configuration.AddRule(lowest, LogLevel.Fatal, setup.Queue(console, "the console"));
        if (settings.LogFile is { } file)
        {
            var path = Writable(file);
            configuration.AddRule(lowest, LogLevel.Fatal, setup.Queue(LogTargets.File(settings, path), file));
        }

        factory.ThrowConfigExceptions = true;
        // Dispose does it, within its limit; NLog's own hook at the end of the process has none.
        factory.AutoShutdown = false;
        factory.Configuration = configuration;
        return setup;
    }

    /// <summary>Writes what is queued, at most 5 s for a sink that takes nothing, and closes the sinks.</summary>
    public void Dispose()
    {
        // Closing a sink waits for the write under way, without limit: a stopped terminal would hold the process for ever.
        var closing = Task.Run(() =>
        {
            _factory.Flush(_flushLimit);
            // After the flush, when a last notice finds room and pushes out no line that it cannot count.
            _lost.ForEach(lost => lost.Report());
            _factory.Flush(_flushLimit);
            _factory.Shutdown();
        });
        closing.Wait(_flushLimit);
        _lost.ForEach(lost => lost.Dispose());
    }

    private AsyncTargetWrapper Queue(Target sink, string name)
    {
        var queue = new AsyncTargetWrapper(sink, QueueLimit, AsyncTargetWrapperOverflowAction.Discard)
        {
            Name = sink.Name + "-queue",
        };
        _lost.Add(new LostLines(queue, name, _factory));
        return queue;
    }

    // NLog opens the file at the first line and would only complain to its internal log; a service that logs nowhere
    // must not start.
    private static string Writable(string file)
    {
        try
        {
            var path = Path.GetFullPath(file);
            Directory.CreateDirectory(Path.GetDirectoryName(path) ?? path);
            using var probe = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new LogFileException(
                $"cannot write the log file {file}: {e.Message} "
                    + "Set logging.log_file to a file in a directory this user may write to, or leave it out.",
                e
            );
        }
    }
}
