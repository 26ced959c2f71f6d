using NLog;
using NLog.Config;
using NLog.Targets;
using Tunnel.Certs;
using Tunnel.Config;
using Tunnel.Diagnostics;
using Tunnel.Services;
using Tunnel.Tls;
using Tunnel.Tls.OpenSslBackend;

namespace Tunnel.Cli.Demo;

/// <summary>The demo's client and server, configured as their users would, and the line their first session ends in.</summary>
internal sealed class DemoPair
{
    private readonly ClosedLines _closed;

    private DemoPair(TunnelHost server, TunnelHost client, ClosedLines closed)
    {
        Server = server;
        Client = client;
        _closed = closed;
    }

    public TunnelHost Server { get; }

    public TunnelHost Client { get; }

    public static async Task<DemoPair> StartAsync(CertsInitResult certs, int targetPort)
    {
        var closed = new ClosedLines(targetPort);
        var backend = BackendChoice.For(TlsBackendSetting.Auto).Backend;
        var serverSettings = new ServerSettings(
            new HostPort("127.0.0.1", 0),
            new HostPort("127.0.0.1", targetPort),
            new TlsSettings
            {
                CertFile = certs.ServerCert,
                KeyFile = certs.ServerKey,
                PeerCaFile = certs.CaCert,
                AllowedClientNames = [certs.ClientName],
            },
            new TimeoutSettings(),
            new LoggingSettings(),
            new MonitorSettings()
        );
        var server = await TunnelHost.StartServerAsync(serverSettings, TlsProfiles.ForServer(serverSettings), backend);
        var clientSettings = new ClientSettings(
            new HostPort("127.0.0.1", 0),
            new HostPort("localhost", server.Endpoints[0].Port),
            new TlsSettings
            {
                CertFile = certs.ClientCert,
                KeyFile = certs.ClientKey,
                PeerCaFile = certs.CaCert,
            },
            new TimeoutSettings(),
            new ReconnectSettings(),
            new LoggingSettings(),
            new MonitorSettings()
        );
        var client = await TunnelHost.StartClientAsync(clientSettings, TlsProfiles.ForClient(clientSettings), backend);
        return new DemoPair(server, client, closed);
    }

    /// <summary>The server's line about the first session that has ended.</summary>
    public Task<LogEventInfo> FirstSessionAsync() => _closed.First;

    public async Task StopAsync()
    {
        await Client.DrainAsync(TimeSpan.FromSeconds(1));
        await Server.DrainAsync(TimeSpan.FromSeconds(1));
    }

    /// <summary>Takes the session line from the log, where every user finds it too.</summary>
    private sealed class ClosedLines : Target
    {
        private readonly TaskCompletionSource<LogEventInfo> _first = new(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        private readonly string _target;

        public ClosedLines(int targetPort)
        {
            Name = "demo";
            _target = new HostPort("127.0.0.1", targetPort).ToString();
            // Before the first line: NLog keeps to the formatter that it met then, and the log that --stay shows needs ours.
            LogSetup.UseFields(LogManager.LogFactory);
            var configuration = new LoggingConfiguration();
            configuration.AddRule(LogLevel.Info, LogLevel.Fatal, this);
            LogManager.Configuration = configuration;
        }

        public Task<LogEventInfo> First => _first.Task;

        protected override void Write(LogEventInfo logEvent)
        {
            if (logEvent.Properties.ContainsKey("closed_by") && _target == logEvent.Properties["target"]?.ToString())
            {
                _first.TrySetResult(logEvent);
            }
        }
    }
}
