using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Tls;
using Tunnel.Tunnels;

namespace Tunnel.Tests.TestKit;

/// <summary>Tunnels of one process on the backends under test, from settings and not from a file.</summary>
internal static class TestSet
{
    public static Task<TunnelSet> StartAsync(
        IReadOnlyList<TunnelSettings> tunnels,
        string statusSocket,
        Engine engine,
        TimeSpan shutdownDelay = default
    )
    {
        var monitor = new MonitorSettings { Interval = null, StatusSocket = statusSocket };
        return TunnelSet.StartAsync(
            new ProcessCandidate(
                new ProcessSettings(tunnels, new LoggingSettings(), monitor) { ShutdownDelay = shutdownDelay },
                [.. tunnels.Select(CandidateOf)],
                Files: [],
                ConfigWarnings: []
            ),
            engine,
            () => throw new InvalidOperationException("nothing to reload")
        );
    }

    private static TunnelCandidate CandidateOf(TunnelSettings tunnel) =>
        TunnelCandidate.Of(
            tunnel,
            TlsProfiles.Of(tunnel),
            tunnel.Role == TunnelRole.Server ? TestBackends.Server : TestBackends.Client
        );
}
