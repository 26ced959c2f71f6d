using System.Globalization;
using Tunnel.Config;
using Tunnel.Tls;
using Tunnel.Tunnels;

namespace Tunnel.Cli;

/// <summary>What <c>tunnel check</c> reports of one tunnel: its backend, and every certificate with its end.</summary>
internal sealed class TunnelCheck
{
    private readonly TunnelCandidate _tunnel;
    private readonly List<SetupWarning> _found;
    private readonly IReadOnlyList<CertificateReport> _reports;

    public TunnelCheck(TunnelCandidate tunnel)
    {
        _tunnel = tunnel;
        // Only the backend itself can judge ciphers, CRLs and keys.
        _found = [.. tunnel.NoticedWarnings];
        _reports = CertificateReports.Of(tunnel.Profile, DateTimeOffset.UtcNow);
    }

    /// <summary>All that is written below.</summary>
    public IEnumerable<SetupWarning> Warnings => _found.Concat(_reports.SelectMany(report => report.Warnings));

    public void Write(TextWriter output)
    {
        if (_tunnel.Settings is { Name: { } name, Role: var role })
        {
            output.WriteLine();
            output.WriteLine($"tunnel {name}, a {role.Word()}");
        }

        output.WriteLine($"listens on {string.Join(", ", _tunnel.Settings.Listen)}");
        output.WriteLine($"TLS backend: {_tunnel.Backend}{(_tunnel.BackendNote is { } note ? $" ({note})" : "")}");
        Write(_found, "", output);
        Write(_tunnel.Profile.TicketSecrets, output);
        foreach (var report in _reports)
        {
            Write(report, output);
        }
    }

    public static void Write(IEnumerable<SetupWarning> warnings, string indent, TextWriter output)
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
