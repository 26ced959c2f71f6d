using System.Globalization;
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
    TextWriter output,
    Task<string> stop
)
{
    private readonly PingSummary[] _summaries =
    [
        .. tunnel.Settings.Forward.Targets.Select(target => new PingSummary(target.Address.ToString()!)),
    ];

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

        Array.ForEach(_summaries, summary => summary.Write(output));
        if (Array.Exists(_summaries, summary => summary.HasServed))
        {
            return ExitCodes.Ok;
        }

        if (_last is null)
        {
            return ExitCodes.Failed;
        }

        await output.WriteLineAsync($"what to do: {_last.Remedy}").ConfigureAwait(false);
        return _last.Rung.ExitCode();
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
            _summaries[server].NoteUnnamed();
            _last = NameStep.Diagnose(peer, fault, "remote_server.host");
            Write(number, $"{peer}: failed at name: {fault}");
            return;
        }

        var address = found.EndPoints[(number - 1) % found.EndPoints.Count];
        var report = await tunnel.VisitTo(server, engine).PayAsync(address).ConfigureAwait(false);
        if (stop.IsCompleted)
        {
            return;
        }

        var name = address is IPEndPoint ? found.Took : TimeSpan.Zero;
        _summaries[server].Note(name, report);
        _last = new VisitDiagnosis(tunnel, server).Of(report) ?? _last;
        Write(number, $"{address}: {Words(report, name)}");
    }

    private static string Words(VisitReport report, TimeSpan name)
    {
        if (report.Stage != VisitStage.Served)
        {
            return $"failed at {RungOf(report.Stage).Word()}: {report.Detail}";
        }

        var kind = report.Tls!.Resumed ? "resumed" : "full";
        var answer = report.IsTunnel ? $" answer {Spans.Ms(report.Answering!.Value)} ms," : "";
        return $"connect {Spans.Ms(report.Connecting!.Value)} ms, "
            + $"handshake {Spans.Ms(report.Shaking!.Value)} ms ({kind}),{answer} "
            + $"total {Spans.Ms(PingSummary.Total(name, report))} ms";
    }

    private static Rung RungOf(VisitStage stage) =>
        stage switch
        {
            VisitStage.Connect => Rung.Tcp,
            VisitStage.Handshake => Rung.Tls,
            VisitStage.Verdict => Rung.Verdict,
            _ => Rung.Target,
        };

    private void Write(int number, string text) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{number, 4}  {text}"));
}
