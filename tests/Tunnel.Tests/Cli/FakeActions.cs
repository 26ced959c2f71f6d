using Tunnel.Cli;
using Tunnel.Config;
using Tunnel.Text;

namespace Tunnel.Tests.Cli;

/// <summary>Actions that note what they were asked for, and the command line in front of them.</summary>
internal sealed class FakeActions
{
    public List<string> Calls { get; } = [];

    public StringWriter Output { get; } = new();

    public StringWriter Error { get; } = new();

    public Exception? Failure { get; set; }

    public Task<int> Invoke(params string[] args) =>
        CommandLine.InvokeAsync(
            args,
            new Actions
            {
                Prepare = Prepare,
                Run = (prepared, level) =>
                    Task.FromResult(Note($"run {prepared.Title} {level?.Word() ?? "as_configured"}", 3)),
                Check = (source, _) => Note($"check {Words(source)}", source.Role == TunnelRole.Server ? 2 : 0),
                Status = (source, json, _) =>
                    Task.FromResult(
                        Note($"status {Words(source)}{Json(json)}", source.Role == TunnelRole.Server ? 1 : 0)
                    ),
                Sessions = (source, json, _) => Task.FromResult(Note($"sessions {Words(source)}{Json(json)}", 0)),
                Kill = (source, which, isPeer, _) =>
                    Task.FromResult(Note($"kill {Words(source)} {(isPeer ? "peer" : "session")} {which}", 0)),
                Top = (source, o, _, _) =>
                    Task.FromResult(Note($"top {Words(source)} {o.Interval.TotalSeconds}{(o.Once ? " once" : "")}", 0)),
                Wait = (source, patience, _) =>
                    Task.FromResult(Note($"wait {Words(source)} {patience.TotalSeconds}", 1)),
                Drain = (source, _) => Task.FromResult(Note($"drain {Words(source)}", 0)),
                CheckConnect = (source, _) => Task.FromResult(Note($"check and connect {Words(source)}", 12)),
                Reload = (source, _) => Task.FromResult(Note($"reload {Words(source)}", 0)),
                Diag = (source, output, _) => Task.FromResult(Note($"diag {Words(source)} {output ?? "-"}", 0)),
                Explain = (source, o, _) =>
                    Note($"explain {Words(source)} {o.Certificate} {o.From?.ToString() ?? "-"} {o.Tunnel ?? "-"}", 1),
                Doctor = (source, o, _) =>
                    Task.FromResult(Note($"doctor {Words(source)} {o.Tunnel ?? "-"} {o.Json}", 13)),
                Ping = (source, o, _) =>
                    Task.FromResult(
                        Note($"ping {Words(source)} {o.Tunnel ?? "-"} {o.Count} {o.Interval.TotalSeconds} {o.Json}", 0)
                    ),
                CertsInit = (o, _) =>
                    Note($"certs {o.Directory} [{string.Join(' ', o.ServerNames)}] {o.ClientName}", 0),
                Demo = (o, _) => Task.FromResult(Note($"demo {o.SizeMiB} {o.Stay}", 0)),
            },
            Output,
            Error
        );

    private static string Json(bool json) => json ? " json" : "";

    private static string Words(ConfigSource source) =>
        string.Join(' ', [source.Role?.Word() ?? "any", source.File, .. source.Overrides]);

    private PreparedProcess Prepare(ConfigSource source)
    {
        Note($"prepare {Words(source)}", 0);
        return new PreparedProcess(
            source.Role?.Word() ?? "any",
            [],
            new LoggingSettings(),
            () => throw new InvalidOperationException("not to be started here")
        );
    }

    private int Note(string call, int exitCode)
    {
        Calls.Add(call);
        return Failure is null ? exitCode : throw Failure;
    }
}
