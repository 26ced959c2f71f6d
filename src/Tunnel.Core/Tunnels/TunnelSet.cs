using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Relay;
using Tunnel.Reports;
using Tunnel.Sessions;

namespace Tunnel.Tunnels;

/// <summary>All tunnels of a process, and its status socket.</summary>
public sealed class TunnelSet : IRunningTunnel, IWatchedProcess
{
    private static readonly SessionEnd _killed = new(
        CloseReason.Killed,
        Party.Tunnel,
        "ended by 'tunnel sessions kill'"
    );

    private readonly Engine _engine;
    private readonly ProcessSettings _settings;
    private readonly Reloader _reloader;
    private readonly ExpiryWatch _expiries;
    private readonly TimeSpan _start;
    private readonly DateTimeOffset _startedAt;
    private readonly TaskCompletionSource _stopAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private volatile IReadOnlyList<TunnelMember> _members;
    private List<(TunnelMember Member, Task<int> Drained)> _leaving = [];
    private StatusSocket? _status;
    private FileWatch? _watch;
    private volatile bool _draining;

    private TunnelSet(ProcessCandidate candidate, Engine engine, Func<ProcessCandidate> judge)
    {
        (_engine, _start, _settings) = (engine, engine.Wheel.Now, candidate.Settings);
        _startedAt = engine.Time.GetUtcNow();
        ShutdownDelay = candidate.Settings.ShutdownDelay;
        _members = [.. candidate.Tunnels.Select(NewMember)];
        _expiries = new ExpiryWatch(engine, () => _members);
        _reloader = new Reloader(judge, ReplaceAsync, () => Generation, engine.Time);
    }

    /// <summary>Which configuration it goes by: the number of those that have changed something, from 1.</summary>
    public int Generation { get; private set; } = 1;

    /// <inheritdoc/>
    public TimeSpan ShutdownDelay { get; private set; }

    /// <inheritdoc/>
    public TimeSpan ShutdownLimit => _members.Max(member => member.Candidate.Settings.Timeouts.Shutdown);

    /// <summary>Those of its tunnels that have started.</summary>
    public IEnumerable<RunningTunnel> Running => _members.Select(member => member.Running).OfType<RunningTunnel>();

    /// <summary>Starts all of them. One that cannot start does not stop the others, and tries again.</summary>
    /// <param name="engine">Outlives the tunnels.</param>
    /// <param name="judge">
    /// Reads the configuration again and judges all of it; an <see cref="ExplainedException"/> says what is wrong.
    /// </param>
    /// <exception cref="TunnelStartException">None of them can start, or the status socket cannot be used.</exception>
    public static async Task<TunnelSet> StartAsync(
        ProcessCandidate candidate,
        Engine engine,
        Func<ProcessCandidate> judge
    )
    {
        var set = new TunnelSet(candidate, engine, judge);
        await Task.WhenAll(set._members.Select(member => member.TryStartAsync())).ConfigureAwait(false);
        try
        {
            if (set._members.All(member => member.Fault is not null))
            {
                throw new TunnelStartException([.. set._members.SelectMany(member => member.Fault!.Troubles)]);
            }

            // After the ports: a second start of the same process fails there, and leaves the first one's socket alone.
            set.AnswerStatus(candidate.Settings.Monitor.StatusSocket?.Path);
        }
        catch
        {
            await set.DrainAsync().ConfigureAwait(false);
            throw;
        }

        foreach (var member in set._members)
        {
            _ = member.KeepTryingAsync();
        }

        set.WatchFiles(candidate.Files);
        set._expiries.Start();
        return set;
    }

    /// <inheritdoc cref="IRunningTunnel.ReloadAsync"/>
    public Task<ReloadResult> ReloadAsync(string by) => _reloader.ReloadAsync(by);

    /// <inheritdoc/>
    public Task StopAsked => _stopAsked.Task;

    /// <inheritdoc/>
    public ProcessReport Report()
    {
        var now = _engine.Time.GetUtcNow();
        var (members, state) = (_members, _draining ? ProcessReport.Draining : ProcessReport.Accepting);
        return new ProcessReport
        {
            Version = ProductVersion.Text,
            State = state,
            Generation = Generation,
            StartedAt = _startedAt,
            UptimeSeconds = (long)(_engine.Wheel.Now - _start).TotalSeconds,
            NotReady = _draining ? "the process is stopping" : TunnelReports.WhyNotReady(members),
            Reloads = _reloader.Report,
            Resources = new ResourcesReport(
                _engine.Files.Taken,
                _engine.Files.Room,
                Environment.WorkingSet,
                BufferPool.RentedBytes
            ),
            Tunnels = [.. members.Select(member => TunnelReports.Of(member, state, now))],
        }.Judged();
    }

    /// <inheritdoc/>
    public SessionList Sessions(int most = int.MaxValue)
    {
        var tables = All().Select(tunnel => tunnel.Table).ToList();
        return new SessionList(
            tables.Sum(table => table.Active),
            [.. tables.SelectMany(table => table.Live).Take(most).Select(session => session.Record())]
        );
    }

    /// <inheritdoc/>
    public int EndSession(string id) => End(session => session.Id == id);

    /// <inheritdoc/>
    public int EndSessionsOf(string peer) => End(session => session.IsOf(peer));

    /// <inheritdoc/>
    public void TakeFiles(int files) => _engine.Files.Take(files);

    /// <inheritdoc/>
    public bool AskToStop() => _stopAsked.TrySetResult();

    /// <inheritdoc/>
    public async Task StopAcceptingAsync()
    {
        _watch?.Dispose();
        lock (_lock)
        {
            _draining = true;
        }

        if (ShutdownDelay > TimeSpan.Zero)
        {
            await _engine.Wheel.DelayAsync(ShutdownDelay).ConfigureAwait(false);
        }

        await Task.WhenAll(Running.Select(tunnel => tunnel.StopAcceptingAsync())).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<int> DrainAsync()
    {
        _watch?.Dispose();
        _expiries.Stop();
        List<Task<int>> drained;
        lock (_lock)
        {
            _draining = true;
            drained = [.. _leaving.Select(one => one.Drained), .. _members.Select(member => member.DrainAsync())];
        }

        var cut = await Task.WhenAll(drained).ConfigureAwait(false);
        _status?.Dispose();
        return cut.Sum();
    }

    /// <inheritdoc/>
    public int CutAll() => All().Sum(tunnel => tunnel.CutAll());

    private int End(Func<Session, bool> which) =>
        All().SelectMany(tunnel => tunnel.Table.Live).Count(session => which(session) && session.End(_killed));

    /// <summary>Also those that are no longer configured and still have sessions.</summary>
    private List<RunningTunnel> All()
    {
        lock (_lock)
        {
            return [.. Running, .. _leaving.Select(one => one.Member.Running).OfType<RunningTunnel>()];
        }
    }

    /// <summary>
    /// Puts another configuration in the place of the one that runs, or changes nothing. New sessions and new attempts
    /// go by the new one; ports that both have stay open; what is no longer there drains. Not twice at once.
    /// </summary>
    /// <param name="next">Belongs to the set from now on, whatever comes of it.</param>
    /// <returns>What became of the tunnels.</returns>
    /// <exception cref="TunnelStartException">The new one cannot be used; nothing has changed.</exception>
    private async Task<string> ReplaceAsync(ProcessCandidate next)
    {
        var changeover = new Changeover(_members, next, NewMember, _engine);
        await changeover.PrepareAsync().ConfigureAwait(false);
        lock (_lock)
        {
            if (_draining)
            {
                changeover.Cancel();
                throw new TunnelStartException(
                    Trouble.Of("the process is stopping", "start it again when it has ended")
                );
            }

            _members = changeover.Commit();
            ShutdownDelay = next.Settings.ShutdownDelay;
            _leaving =
            [
                .. _leaving.Where(one => !one.Drained.IsCompleted),
                .. changeover.Leaves.Select(member => (member, member.DrainAsync())),
            ];
            Generation += changeover.IsEmpty ? 0 : 1;
        }

        _watch?.Watch(next.Files);
        _expiries.Look();

        if (OncePerProcess(next.Settings) != OncePerProcess(_settings))
        {
            TunnelLog.NeedsRestart();
        }

        return changeover.ToString();
    }

    private TunnelMember NewMember(TunnelCandidate candidate) => new(candidate, _engine, ReportSettings.Of(_settings));

    private static (LoggingSettings, MonitorSettings, SandboxSettings) OncePerProcess(ProcessSettings settings) =>
        (settings.Logging, settings.Monitor, settings.Sandbox);

    private void AnswerStatus(string? path)
    {
        if (path is not null)
        {
            _status = StatusSocket.Bind(path);
            _ = _status.RunAsync(new StatusAnswers(this).AnswerAsync, _engine.Wheel);
        }
    }

    private void WatchFiles(IReadOnlyList<string> files)
    {
        if (_settings.Monitor.WatchFiles && files.Count > 0)
        {
            _watch = FileWatch.Start(
                files,
                _engine.Wheel,
                isQuiet => _reloader.ReloadAsync("files have changed", isQuiet)
            );
        }
    }
}
