using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Tls;

namespace Tunnel.Cli.Doctor;

/// <summary>The work of <c>tunnel check --connect</c>: the check, then the ladder in a line a tunnel.</summary>
internal static class CheckConnect
{
    /// <returns>That of the check; if that is 0, that of the first tunnel that does not work.</returns>
    /// <inheritdoc cref="Check.Run"/>
    public static async Task<int> RunAsync(ConfigSource source, TextWriter output)
    {
        using var candidate = Preparation.Judge(source);
        var checkedAs = Check.Report(candidate, source.File, output);
        await output.WriteLineAsync().ConfigureAwait(false);
        if (checkedAs != ExitCodes.Ok)
        {
            await output.WriteLineAsync("connect: not tried: correct the errors above first").ConfigureAwait(false);
            return checkedAs;
        }

        using var engine = new Engine(candidate.SessionBytes);
        var all = new List<Findings>();
        foreach (var tunnel in candidate.Tunnels)
        {
            var findings = await DoctorRun.ClimbAsync(tunnel, engine, static _ => { }).ConfigureAwait(false);
            var name = findings.Name is { } given ? $"{given}: " : "";
            var remedy = findings.Diagnosis is { } worst ? $"; what to do: {worst.Remedy}" : "";
            await output.WriteLineAsync($"connect: {name}{findings.Verdict}{remedy}").ConfigureAwait(false);
            all.Add(findings);
        }

        return Findings.ExitCodeOf(all);
    }
}
