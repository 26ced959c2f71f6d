using System.Net.Sockets;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Tls;
using Tunnel.Tunnels;

namespace Tunnel.Tests.TestKit;

/// <summary>A tunnel server beside that of a pair, with a target and a certificate of its own.</summary>
internal sealed class ExtraServer : IAsyncDisposable
{
    private readonly TempDirectory _files = new();
    private readonly Engine _engine = new();

    private ExtraServer() { }

    public Socket Target { get; } = Wire.Listen();

    public RunningTunnel Tunnel { get; private set; } = null!;

    public int Port => Tunnel.Endpoints[0].Port();

    /// <param name="certificate">What it presents.</param>
    /// <param name="clients">The CA of the clients that it lets in.</param>
    /// <param name="port">Where it listens; 0: anywhere.</param>
    /// <param name="change">What else is different.</param>
    public static async Task<ExtraServer> StartAsync(
        TestCertificate certificate,
        TestCa clients,
        int port = 0,
        Func<TunnelSettings, TunnelSettings>? change = null
    )
    {
        var server = new ExtraServer();
        var (cert, key) = certificate.WriteFiles(server._files.Path, "server");
        var settings = new TunnelSettings(
            TunnelRole.Server,
            [new HostPort("127.0.0.1", port)],
            new HostPort("127.0.0.1", server.Target.EndPoint().Port),
            new TlsSettings
            {
                CertFile = cert,
                KeyFile = key,
                PeerCaFile = clients.WriteFile(server._files.Path),
            },
            new TimeoutSettings(),
            Reconnect: null
        );
        settings = change?.Invoke(settings) ?? settings;
        server.Tunnel = await RunningTunnel.StartAsync(
            TunnelCandidate.Of(settings, TlsProfiles.Of(settings), TestBackends.Server),
            server._engine
        );
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await Tunnel.DrainAsync(TimeSpan.Zero).WaitAsync(Wire.Patience);
        Target.Dispose();
        _engine.Dispose();
        _files.Dispose();
    }
}
