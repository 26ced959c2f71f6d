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
        var checkedAs = Check.Run(source, output);
        await output.WriteLineAsync().ConfigureAwait(false);
        if (checkedAs != ExitCodes.Ok)
        {
            await output.WriteLineAsync("connect: not tried: correct the errors above first").ConfigureAwait(false);
            return checkedAs;
        }

        var candidate = Preparation.Judge(source);
        try
        {
            using var engine = new Engine(candidate.Tunnels.Max(tunnel => tunnel.SessionBytes));
            var exitCode = ExitCodes.Ok;
            foreach (var tunnel in candidate.Tunnels)
            {
                var findings = await DoctorRun.ClimbAsync(tunnel, engine, static _ => { }).ConfigureAwait(false);
                var name = findings.Name is { } given ? $"{given}: " : "";
                var remedy = findings.Diagnosis is { } worst ? $"; what to do: {worst.Remedy}" : "";
                await output.WriteLineAsync($"connect: {name}{findings.Verdict}{remedy}").ConfigureAwait(false);
                exitCode = exitCode == ExitCodes.Ok ? findings.ExitCode : exitCode;
            }

            return exitCode;
        }
        finally
        {
            foreach (var tunnel in candidate.Tunnels)
            {
                tunnel.Dispose();
            }
        }
    }
}
