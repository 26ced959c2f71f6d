using NLog;
using NLog.Common;
using NLog.Config;
using NLog.Targets;
using NLog.Time;
using Tunnel.Config;

namespace Tunnel.Diagnostics;

/// <summary>
/// Turns <see cref="LoggingSettings"/> into running logs, and flushes them when disposed.
/// <para>
/// Event-loop threads log, so a slow disk or a stopped terminal must neither block them nor fill the memory: each sink
/// has a <see cref="LineQueue"/>, and lines that it could not take are counted and logged (<see cref="LostLines"/>).
/// </para>
/// </summary>
public sealed class LogSetup : IDisposable
{
    private static readonly TimeSpan _flushLimit = TimeSpan.FromSeconds(5);

    private readonly LogFactory _factory;
    private readonly List<LostLines> _lost = [];

    private LogSetup(LogFactory factory) => _factory = factory;

    /// <summary>Starts logging to the console and, if the settings name one, to a file.</summary>
    /// <param name="settings">The <c>logging</c> part of a configuration file.</param>
    /// <param name="level">
    /// Overrides the level of <paramref name="settings"/>: what <c>--verbose</c> and <c>--debug</c> ask for.
    /// </param>
    /// <exception cref="LogFileException">The log file, or its directory, cannot be created or written.</exception>
    public static LogSetup Start(LoggingSettings settings, LogLevelSetting? level = null)
    {
        // The default source is only as precise as the system's tick, 4 ms on Linux.
        TimeSource.Current = new AccurateUtcTimeSource();
        // The queue reports a sink that fails, once; NLog would write a stack trace for each batch of lines.
        InternalLogger.LogLevel = LogLevel.Off;
        return Start(settings, level, LogManager.LogFactory, LogTargets.Console(settings));
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

        UseFields(factory);
        factory.ThrowConfigExceptions = true;
        // Dispose does it within a limit; NLog's own hook at the end of the process has no limit.
        factory.AutoShutdown = false;
        factory.Configuration = configuration;
        return setup;
    }

    /// <summary><see cref="FieldFormatter"/> writes the values into messages.</summary>
    public static void UseFields(LogFactory factory) =>
        factory.Setup().SetupSerialization(serialization => serialization.RegisterValueFormatter(new FieldFormatter()));

    /// <summary>Writes what is queued, for at most 5 s if a sink takes nothing, and closes the sinks.</summary>
    public void Dispose()
    {
        // Closing a sink waits without limit for the current write: a stopped terminal would keep the process alive for
        // ever.
        var closing = Task.Run(() =>
        {
            _factory.Flush(_flushLimit);
            // After the flush, when a last notice finds room and does not push out a line that would not be counted.
            _lost.ForEach(lost => lost.Report());
            _factory.Flush(_flushLimit);
            _factory.Shutdown();
        });
        closing.Wait(_flushLimit);
        _lost.ForEach(lost => lost.Dispose());
    }

    private LineQueue Queue(Target sink, string name)
    {
        var lost = new LostLines(name, _factory);
        _lost.Add(lost);
        return new LineQueue(sink, lost);
    }

    // NLog opens the file at the first line and reports a failure only to its internal log; a service that logs nowhere
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
                Trouble.Of(
                    $"cannot write the log file {file}: {e.Message}",
                    "Set logging.log_file to a file in a directory that this user can write to, or leave it out.",
                    " "
                ),
                e
            );
        }
    }
}
