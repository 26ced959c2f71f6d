using NLog;
using Tunnel.Config;
using Tunnel.Diagnostics;
using Tunnel.Services;

namespace Tunnel.Cli;

/// <summary>The life of <c>tunnel client</c> and <c>tunnel server</c> from a good configuration to the exit code.</summary>
internal static class TunnelRun
{
    /// <summary>Logs, listens for signals and runs until one comes.</summary>
    /// <exception cref="LogFileException">The log file cannot be written; nothing was started.</exception>
    public static async Task<int> RunAsync(PreparedTunnel prepared, Verbosity verbosity)
    {
        var signals = new Signals();
        using var listening = signals.Listen();
        using var logs = LogSetup.Start(prepared.Logging, LevelOf(verbosity));
        var log = LogManager.GetLogger("tunnel");
        AppDomain.CurrentDomain.UnhandledException += (_, crash) =>
        {
            // The runtime tells standard error only, and what is still queued would be lost with it.
            log.Fatal(crash.ExceptionObject as Exception, "internal error, please report it");
            logs.Dispose();
        };
        return await RunAsync(prepared, signals, log);
    }

    /// <summary>The same with signals and log given.</summary>
    internal static async Task<int> RunAsync(PreparedTunnel prepared, Signals signals, ILogger log)
    {
        log.Info("{Product:l} {Role:l}", VersionText.Short, prepared.Role);
        foreach (var warning in prepared.Warnings)
        {
            log.Warn("{Warning:l}", warning);
        }

        IRunningTunnel running;
        try
        {
            running = await prepared.StartAsync();
        }
        catch (Exception e) when (Failures.IsForUsers(e))
        {
            log.Error("{Role:l} could not start: {Reason:l}", prepared.Role, e.Message);
            return ExitCode.Failed;
        }

        var limit = prepared.ShutdownLimit;
        log.Info(
            "{Signal:l}: no new connections; live sessions may go on for {ShutdownSeconds} s; a second signal cuts them",
            await signals.First,
            limit.TotalSeconds
        );
        var draining = running.DrainAsync(limit);
        if (await Task.WhenAny(draining, signals.Second) != draining)
        {
            running.KillAll();
            log.Warn("second signal, {Signal:l}: stopped at once, live sessions were cut", await signals.Second);
            return ExitCode.SessionsCut;
        }

        return Ended(await draining, limit, log);
    }

    private static int Ended(int cut, TimeSpan limit, ILogger log)
    {
        if (cut == 0)
        {
            log.Info("stopped; every session had ended");
            return ExitCode.Ok;
        }

        log.Warn(
            "stopped; {CutSessions} sessions still live after {ShutdownSeconds} s were cut",
            cut,
            limit.TotalSeconds
        );
        return ExitCode.SessionsCut;
    }

    private static LogLevelSetting? LevelOf(Verbosity verbosity) =>
        verbosity switch
        {
            Verbosity.Verbose => LogLevelSetting.Debug,
            Verbosity.Debug => LogLevelSetting.Trace,
            _ => null,
        };
}
