using NLog;
using Tunnel.Config;
using Tunnel.Diagnostics;
using Tunnel.Tunnels;

namespace Tunnel.Cli;

/// <summary>
/// The life of <c>tunnel run</c>, <c>client</c> and <c>server</c> from a good configuration to the exit code.
/// </summary>
internal static class TunnelRun
{
    // Sessions that have been cut end in milliseconds; one that does not must not keep the process alive.
    private static readonly TimeSpan _cutLimit = TimeSpan.FromSeconds(3);

    /// <summary>Starts the log, handles signals, and runs until one of them asks to stop.</summary>
    /// <exception cref="LogFileException">The log file cannot be written; nothing was started.</exception>
    public static async Task<int> RunAsync(PreparedProcess prepared, LogLevelSetting? level)
    {
        using var logs = LogSetup.Start(prepared.Logging, level);
        var log = LogManager.GetLogger("tunnel");
        AppDomain.CurrentDomain.UnhandledException += (_, crash) =>
        {
            // The runtime writes to standard error only, and lines still queued would be lost.
            log.Fatal(crash.ExceptionObject as Exception, "internal error, please report it");
            logs.Dispose();
        };
        return await RunAsync(prepared, Signals.OfProcess, log);
    }

    /// <summary>The same with signals and log given.</summary>
    internal static async Task<int> RunAsync(PreparedProcess prepared, Signals signals, ILogger log)
    {
        var started = new TaskCompletionSource<IRunningTunnel>(TaskCreationOptions.RunContinuationsAsynchronously);
        signals.Others(
            hangUp: name => HungUp(name, prepared, started.Task, log),
            ignored: name => log.Info("{signal:l}: ignored", name)
        );
        log.Info("{product:l} {title:l}", VersionText.Short, prepared.Title);
        foreach (var warning in prepared.Warnings)
        {
            log.Warn(warning);
        }

        foreach (var note in prepared.Notes)
        {
            log.Info(note);
        }

        IRunningTunnel running;
        try
        {
            var starting = prepared.StartAsync();
            if (await Task.WhenAny(starting, signals.First) != starting)
            {
                log.Info("{signal:l}: stopped before it listened", await signals.First);
                return ExitCodes.Ok;
            }

            running = await starting;
            started.SetResult(running);
            _ = running.StopAsked.ContinueWith(_ => signals.AskToStop("tunnel drain"), TaskScheduler.Default);
            log.Debug(RuntimeText.Line);
        }
        catch (Exception e) when (Failures.IsForUsers(e))
        {
            log.Error("{title:l} could not start: {cause:l}", prepared.Title, ExplainedException.TextOf(e));
            return ExitCodes.Failed;
        }

        var signal = await signals.First;
        // Before the line about new connections: whoever reads it finds the listeners closed.
        await StopAcceptingAsync(running, signals, signal, log);
        var limit = running.ShutdownLimit;
        var draining = running.DrainAsync();
        log.Info(
            "{signal:l}: no new connections; live sessions have {shutdown_seconds} s to finish; a second signal "
                + "cuts them",
            signal,
            limit.TotalSeconds
        );
        if (await Task.WhenAny(draining, signals.Second) != draining)
        {
            log.Warn("{signal:l}: live sessions are cut", await signals.Second);
            return await CutAsync(running, draining, log);
        }

        return Ended(await draining, limit, log);
    }

    private static async Task StopAcceptingAsync(IRunningTunnel running, Signals signals, string signal, ILogger log)
    {
        var (delay, stopped) = (running.ShutdownDelay, running.StopAcceptingAsync());
        if (delay > TimeSpan.Zero)
        {
            log.Info(
                "{signal:l}: the status says draining; connections are accepted for {delay_seconds} s more "
                    + "(shutdown.delay)",
                signal,
                delay.TotalSeconds
            );
        }

        await Task.WhenAny(stopped, signals.Second);
    }

    private static void HungUp(string name, PreparedProcess prepared, Task<IRunningTunnel> started, ILogger log)
    {
        var isReload = name == "SIGHUP";
        log.Info(
            (prepared.Logging.LogFile is null, isReload) switch
            {
                (true, true) => "{signal:l}: the configuration is read again",
                (true, false) => "{signal:l}: there is no log file to reopen",
                (false, true) => "{signal:l}: the log file is reopened, and the configuration is read again",
                (false, false) => "{signal:l}: the log file is reopened",
            },
            name
        );
        if (isReload)
        {
            // Before the start is done, the files that it has read may be old already.
            _ = started.ContinueWith(
                running => running.Result.ReloadAsync(name),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion,
                TaskScheduler.Default
            );
        }
    }

    // The last line of the log is the last thing that happened: the sessions write theirs first.
    private static async Task<int> CutAsync(IRunningTunnel running, Task<int> draining, ILogger log)
    {
        var cut = running.CutAll();
        if (await Task.WhenAny(draining, Task.Delay(_cutLimit)) == draining)
        {
            log.Warn("stopped at once; sessions cut: {cut}", cut + await draining);
        }
        else
        {
            log.Error("stopped at once; sessions cut: {cut}, and not all of them have ended", cut);
        }

        return ExitCodes.SessionsCut;
    }

    private static int Ended(int cut, TimeSpan limit, ILogger log)
    {
        if (cut == 0)
        {
            log.Info("stopped; every session had ended");
            return ExitCodes.Ok;
        }

        log.Warn("stopped after {shutdown_seconds} s; sessions still live and cut: {cut}", limit.TotalSeconds, cut);
        return ExitCodes.SessionsCut;
    }
}
