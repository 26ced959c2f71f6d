using System.Net;
using Tunnel.Certs;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.OpenSsl;
using Tunnel.Tls;
using Tunnel.Tunnels;

namespace Tunnel.Cli.Demo;

/// <summary>
/// The demo's client and server, configured as their users would, and what they log about their first session.
/// </summary>
internal sealed class DemoPair
{
    private DemoPair(RunningTunnel server, RunningTunnel client, DemoLog log)
    {
        Server = server;
        Client = client;
        Log = log;
    }

    public RunningTunnel Server { get; }

    public RunningTunnel Client { get; }

    public DemoLog Log { get; }

    public static async Task<DemoPair> StartAsync(CertsInitResult certs, int targetPort, Engine engine)
    {
        var log = new DemoLog(targetPort);
        var backend = BackendChoice.For(TlsBackendSetting.Auto).Backend;
        var serverSettings = new TunnelSettings(
            TunnelRole.Server,
            [new HostPort("127.0.0.1", 0)],
            new HostPort("127.0.0.1", targetPort),
            new TlsSettings
            {
                Profile = TlsProfileSetting.Modern,
                CertFile = certs.ServerCert,
                KeyFile = certs.ServerKey,
                PeerCaFile = certs.CaCert,
                AllowedClientNames = [certs.ClientName],
            },
            new TimeoutSettings(),
            Reconnect: null
        );
        var server = await StartAsync(serverSettings, backend, engine);
        var clientSettings = new TunnelSettings(
            TunnelRole.Client,
            [new HostPort("127.0.0.1", 0)],
            // Not by name: the demo also works on a machine without a resolver and without /etc/hosts.
            new HostPort("127.0.0.1", ((IPEndPoint)server.Endpoints[0]).Port),
            new TlsSettings
            {
                Profile = TlsProfileSetting.Modern,
                CertFile = certs.ClientCert,
                KeyFile = certs.ClientKey,
                PeerCaFile = certs.CaCert,
            },
            new TimeoutSettings(),
            // Both ends are running: what fails once fails again, and the user should see it at once.
            new ReconnectSettings { MaxElapsed = TimeSpan.Zero }
        );
        var client = await StartAsync(clientSettings, backend, engine);
        return new DemoPair(server, client, log);
    }

    public async Task StopAsync()
    {
        await Client.DrainAsync(TimeSpan.FromSeconds(1));
        await Server.DrainAsync(TimeSpan.FromSeconds(1));
    }

    private static Task<RunningTunnel> StartAsync(TunnelSettings settings, ITlsBackend backend, Engine engine) =>
        RunningTunnel.StartAsync(TunnelCandidate.Of(settings, TlsProfiles.Of(settings), backend), engine);
}
