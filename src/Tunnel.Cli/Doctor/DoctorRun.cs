using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Tls;
using Tunnel.Tunnels;

namespace Tunnel.Cli.Doctor;

/// <summary>The work of <c>tunnel doctor</c>.</summary>
internal static class DoctorRun
{
    /// <returns>0, or that of the first tunnel that does not work.</returns>
    /// <exception cref="ExplainedException">There is no such tunnel.</exception>
    public static async Task<int> RunAsync(ConfigSource source, DoctorOptions options, TextWriter output)
    {
        var report = options.Json ? (IDoctorReport)new DoctorJson(output) : new DoctorText(output);
        var file = new Ladder(step => report.Show(step));
        report.Begin(source.File);
        if (FileRungs.Look(source, file, out var candidate) is { } fault)
        {
            return report.End([new Findings(null, "file", file.Steps, fault, fault.ToString())]);
        }

        using var known = candidate!;
        var tunnels = AskedTunnels.Of(known.Tunnels, options.Tunnel);
        using var engine = new Engine(known.SessionBytes);
        var all = new List<Findings>();
        foreach (var tunnel in tunnels)
        {
            report.Begin(tunnel);
            all.Add(await ClimbAsync(tunnel, engine, report.Show).ConfigureAwait(false));
        }

        return report.End(all);
    }

    /// <summary>The ladder of one tunnel.</summary>
    public static Task<Findings> ClimbAsync(TunnelCandidate tunnel, Engine engine, Action<Step> show)
    {
        var ladder = new Ladder(show);
        return tunnel.Settings.Role == TunnelRole.Client
            ? new ClientLadder(tunnel, engine, ladder).ClimbAsync()
            : new ServerLadder(tunnel, engine, ladder).ClimbAsync();
    }
}
