using System.Globalization;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.OpenSsl;
using Tunnel.Tls;

namespace Tunnel.Cli;

/// <summary>The work of <c>tunnel check</c>: everything that a start does, without starting.</summary>
internal static class Check
{
    public static int Run(TunnelRole role, string configFile, TextWriter output)
    {
        var (settings, warnings) = ConfigLoader.Load(role, configFile);
        var profile = TlsProfiles.Of(settings);
        var choice = BackendChoice.For(settings.Tls.Backend);
        var found = warnings.Select(text => new SetupWarning(false, text)).ToList();
        // Only the backend itself can judge ciphers, CRLs and keys.
        using (
            choice.Backend.CreateEndpoint(
                profile,
                notice => found.Add(new SetupWarning(notice.BreaksTunnel, notice.Text))
            )
        ) { }

        if (FaultOf(settings.Monitor.StatusSocket) is { } fault)
        {
            found.Add(new SetupWarning(true, fault));
        }

        var reports = CertificateReports.Of(profile, DateTimeOffset.UtcNow);
        var all = found.Concat(reports.SelectMany(report => report.Warnings)).ToList();
        if (profile.TicketSecrets?.Warning is { } exposed)
        {
            all.Add(new SetupWarning(false, exposed));
        }

        var errors = all.Count(warning => warning.BreaksTunnel);
        output.WriteLine($"{configFile}: {Verdict(errors, all.Count - errors)}");
        output.WriteLine($"TLS backend: {choice.Backend.Description}{(choice.Note is { } note ? $" ({note})" : "")}");
        Write(found, "", output);
        Write(profile.TicketSecrets, output);
        foreach (var report in reports)
        {
            Write(report, output);
        }

        return errors > 0 ? ExitCodes.BadInput : ExitCodes.Ok;
    }

    private static string? FaultOf(FileSetting? socket) =>
        socket is not null && WritableDirectory.WhyNoFileAt(socket.Path) is { } why
            ? $"{socket.Place}: {socket.Key}: the status socket {socket.Path} cannot be created: {why}"
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

    private static void Write(IEnumerable<SetupWarning> warnings, string indent, TextWriter output)
    {
        foreach (var warning in warnings)
        {
            output.WriteLine($"{indent}{(warning.BreaksTunnel ? "ERROR" : "warning")}: {warning.Text}");
        }
    }

    private static void Write(TicketSecrets? secrets, TextWriter output)
    {
        if (secrets is null)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine($"session ticket keys in {secrets.File}");
        output.WriteLine($"  secrets  {secrets.Count}; the first seals new tickets, all open old ones");
        if (secrets.Warning is { } exposed)
        {
            output.WriteLine($"  warning: {exposed}");
        }
    }

    private static void Write(CertificateReport report, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"{RoleOf(report.Role)} in {report.File}");
        output.WriteLine($"  subject  {report.Subject}");
        output.WriteLine($"  SANs     {report.Sans}");
        output.WriteLine($"  valid    {Date(report.NotBefore)} to {Date(report.NotAfter)}, {report.Left}");
        Write(report.Warnings, "  ", output);
    }

    private static string RoleOf(CertificateFileRole role) =>
        role switch
        {
            CertificateFileRole.Own => "our certificate",
            CertificateFileRole.OwnIntermediate => "our intermediate",
            _ => "trusted CA",
        };

    private static string Date(DateTimeOffset date) =>
        date.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
