using System.Net;
using Tunnel.Net;
using Tunnel.Opening;
using Tunnel.Tunnels;

namespace Tunnel.Cli.Doctor;

/// <summary>The tries of <c>tunnel ping</c>, one after the other.</summary>
/// <param name="stop">Completes when somebody asks to stop; what is known until then is told.</param>
internal sealed class Pings(
    TunnelCandidate tunnel,
    Engine engine,
    PingOptions options,
    IPingReport report,
    Task<string> stop
)
{
    private readonly PingSummary[] _summaries =
    [
        .. tunnel.Settings.Forward.Targets.Select(target => new PingSummary(target.Address.ToString()!)),
    ];

    // A try that is under way when somebody asks to stop may end beside the report.
    private readonly Lock _lock = new();
    private bool _isOver;
    private Diagnosis? _last;

    public async Task<int> RunAsync()
    {
        for (var number = 1; number <= options.Count && !stop.IsCompleted; number++)
        {
            var pause = engine.Wheel.DelayAsync(options.Interval);
            var round = AllAsync(number);
            await Task.WhenAny(round, stop).ConfigureAwait(false);
            if (round.IsCompleted && number < options.Count)
            {
                await Task.WhenAny(pause, stop).ConfigureAwait(false);
            }
        }

        lock (_lock)
        {
            _isOver = true;
        }

        var hasServed = Array.Exists(_summaries, summary => summary.Served > 0);
        var exitCode =
            hasServed ? ExitCodes.Ok
            : _last is null ? ExitCodes.Failed
            : _last.Rung.ExitCode();
        report.End(_summaries, hasServed ? null : _last, exitCode);
        return exitCode;
    }

    private async Task AllAsync(int number)
    {
        for (var server = 0; server < _summaries.Length && !stop.IsCompleted; server++)
        {
            await OneAsync(number, server).ConfigureAwait(false);
        }
    }

    private async Task OneAsync(int number, int server)
    {
        var peer = tunnel.Settings.Forward.Targets[server].Address;
        var found = await Reach.FindAsync(peer, tunnel.Settings.Timeouts.Connect, engine).ConfigureAwait(false);
        if (found.Fault is { } fault)
        {
            Note(
                server,
                PingTry.Unnamed(number, peer.ToString()!, fault),
                NameStep.Diagnose(peer, fault, "remote_server.host")
            );
            return;
        }

        var address = found.EndPoints[(number - 1) % found.EndPoints.Count];
        var visit = await tunnel.VisitTo(server, engine).PayAsync(address).ConfigureAwait(false);
        if (stop.IsCompleted)
        {
            return;
        }

        var name = address is IPEndPoint ? found.Took : TimeSpan.Zero;
        Note(server, PingTry.Of(number, peer.ToString()!, name, visit), new VisitDiagnosis(tunnel, server).Of(visit));
    }

    private void Note(int server, PingTry attempt, Diagnosis? diagnosis)
    {
        lock (_lock)
        {
            if (!_isOver)
            {
                _last = diagnosis ?? _last;
                _summaries[server].Note(attempt);
                report.Show(attempt);
            }
        }
    }
}
