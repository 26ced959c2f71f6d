using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Tls;
using Tunnel.Tunnels;

namespace Tunnel.Cli;

/// <summary>The work of <c>tunnel check</c>: everything that a start does, without starting.</summary>
internal static class Check
{
    public static int Run(ConfigSource source, TextWriter output)
    {
        using var candidate = Preparation.Judge(source);
        return Report(candidate, source.File, output);
    }

    /// <summary>The same of what has been judged.</summary>
    public static int Report(ProcessCandidate candidate, string file, TextWriter output)
    {
        var general = candidate.ConfigWarnings.Select(warning => new SetupWarning(false, warning)).ToList();
        if (FaultOf(candidate.Settings.Monitor.StatusSocket) is { } fault)
        {
            general.Add(new SetupWarning(true, fault));
        }

        var checks = candidate.Tunnels.Select(tunnel => new TunnelCheck(tunnel)).ToList();
        var all = general.Concat(checks.SelectMany(check => check.Warnings)).ToList();
        var errors = all.Count(warning => warning.BreaksTunnel);
        output.WriteLine($"{file}: {Verdict(errors, all.Count - errors)}");
        TunnelCheck.Write(general, "", output);
        checks.ForEach(check => check.Write(output));
        return errors > 0 ? ExitCodes.BadInput : ExitCodes.Ok;
    }

    private static Trouble? FaultOf(FileSetting? socket) =>
        socket is not null && WritableDirectory.WhyNoFileAt(socket.Path) is { } why
            ? why.Behind($"{socket.Place}: {socket.Key}: the status socket {socket.Path} cannot be created: ")
            : null;

    /// <summary>Nothing below it may contradict the first line.</summary>
    private static string Verdict(int errors, int warnings) =>
        (errors, warnings) switch
        {
            (0, 0) => "valid",
            (0, _) => $"valid, with {Count(warnings, "warning")}",
            (_, 0) => $"will not work: {Count(errors, "error")}",
            _ => $"will not work: {Count(errors, "error")} and {Count(warnings, "warning")}",
        };

    private static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";
}
