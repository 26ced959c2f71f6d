using Tunnel.Config;
using Tunnel.Net;
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
        var all = new List<Findings>();
        if (FileRungs.Look(source, file, out var judged) is { } ofFile)
        {
            all.Add(ofFile);
        }

        if (judged is null)
        {
            return report.End(all);
        }

        using var known = judged;
        var tunnels = AskedTunnels.Of(known.Tunnels, options.Tunnel, tunnel => tunnel.Settings);
        using var engine = new Engine(known.Candidates.Select(tunnel => tunnel.SessionBytes).DefaultIfEmpty(1).Max());
        foreach (var tunnel in tunnels)
        {
            report.Begin(tunnel.Settings);
            all.Add(
                tunnel is { Candidate: { } candidate, Faults.Count: 0 }
                    ? await ClimbAsync(candidate, engine, report.Show).ConfigureAwait(false)
                    : FileRungs.Of(tunnel, report.Show)
            );
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
