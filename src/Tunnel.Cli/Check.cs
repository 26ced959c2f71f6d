using System.Globalization;
using Tunnel.Config;
using Tunnel.Tls;
using Tunnel.Tls.OpenSslBackend;

namespace Tunnel.Cli;

/// <summary>The work of <c>tunnel check</c>: everything that a start would do, short of starting.</summary>
internal static class Check
{
    public static int Client(string configFile, TextWriter output)
    {
        var (settings, warnings) = ConfigLoader.LoadClient(configFile);
        return Report(configFile, settings.Tls, warnings, TlsProfiles.ForClient(settings), output);
    }

    public static int Server(string configFile, TextWriter output)
    {
        var (settings, warnings) = ConfigLoader.LoadServer(configFile);
        return Report(configFile, settings.Tls, warnings, TlsProfiles.ForServer(settings), output);
    }

    private static int Report(
        string configFile,
        TlsSettings tls,
        IReadOnlyList<string> warnings,
        TlsProfile profile,
        TextWriter output
    )
    {
        var choice = BackendChoice.For(tls.Backend);
        // Ciphers, CRLs and keys that only the backend itself can judge.
        using (choice.Backend.CreateEndpoint(profile)) { }

        output.WriteLine($"{configFile}: valid");
        output.WriteLine($"TLS backend: {choice.Backend.Description}{(choice.Note is { } note ? $" ({note})" : "")}");
        foreach (var warning in warnings)
        {
            output.WriteLine($"warning: {warning}");
        }

        if (profile.TicketSecrets is { } secrets)
        {
            output.WriteLine();
            output.WriteLine($"session ticket keys in {secrets.File}");
            output.WriteLine($"  secrets  {secrets.Count}; the first seals new tickets, all open old ones");
            if (secrets.Warning is { } exposed)
            {
                output.WriteLine($"  warning: {exposed}");
            }
        }

        var broken = false;
        foreach (var report in CertificateReports.Of(profile, DateTimeOffset.UtcNow))
        {
            output.WriteLine();
            output.WriteLine($"{RoleOf(report.Role)} in {report.File}");
            output.WriteLine($"  subject  {report.Subject}");
            output.WriteLine($"  SANs     {report.Sans}");
            output.WriteLine(
                $"  valid    {Date(report.NotBefore)} to {Date(report.NotAfter)}, {Left(report.DaysLeft)}"
            );
            foreach (var warning in report.Warnings)
            {
                broken |= warning.BreaksTunnel;
                output.WriteLine($"  {(warning.BreaksTunnel ? "ERROR" : "warning")}: {warning.Text}");
            }
        }

        return broken ? ExitCode.BadInput : ExitCode.Ok;
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

    private static string Left(int days) => days >= 0 ? $"{days} days left" : $"expired {-days} days ago";
}
