using Tunnel.Config;
using Tunnel.Net;
using Tunnel.OpenSsl;
using Tunnel.Tls;
using Tunnel.Tunnels;

namespace Tunnel.Cli;

/// <summary>From a configuration file to a tunnel that is ready to start.</summary>
internal static class Preparation
{
    /// <exception cref="ConfigException">The file is faulty.</exception>
    /// <exception cref="TlsSetupException">
    /// A certificate, key, CA or CRL file cannot be used, or the backend is missing.
    /// </exception>
    public static PreparedTunnel Of(TunnelRole role, string configFile)
    {
        var (settings, warnings) = ConfigLoader.Load(role, configFile);
        var profile = TlsProfiles.Of(settings);
        var choice = BackendChoice.For(settings.Tls.Backend);
        return new PreparedTunnel(
            role,
            [.. warnings, .. AtStart(profile, choice)],
            settings.Logging,
            settings.Timeouts.Shutdown,
            async () => await RunningTunnel.StartAsync(settings, profile, choice.Backend, new Engine())
        );
    }

    private static IEnumerable<string> AtStart(TlsProfile profile, BackendChoice choice)
    {
        if (choice.Note is { } note)
        {
            yield return note;
        }

        if (profile.TicketSecrets?.Warning is { } exposed)
        {
            yield return exposed;
        }

        foreach (var report in CertificateReports.Of(profile, DateTimeOffset.UtcNow))
        {
            foreach (var warning in report.Warnings)
            {
                yield return warning.Text;
            }
        }
    }
}
