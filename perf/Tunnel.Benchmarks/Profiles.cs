using Tunnel.Certs;
using Tunnel.Config;
using Tunnel.Opening;
using Tunnel.Tls;

namespace Tunnel.Benchmarks;

/// <summary>Settings of a client and a server that trust each other, with certificates made for them.</summary>
internal sealed class Profiles : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("tunnel-bench-").FullName;
    private readonly CertsInitResult _files;

    public Profiles() => _files = CertsInit.Run(Path.Combine(_directory, "certs"), [], CertsInit.DefaultClientName);

    public TlsProfile Client(bool resumption = true) => Tunnelling(TlsProfiles.Of(ClientSettings(1, resumption)));

    public TlsProfile Server(bool resumption = true) => Tunnelling(TlsProfiles.Of(ServerSettings(1, 1, resumption)));

    public TunnelSettings ClientSettings(int serverPort, bool resumption = true) =>
        new(
            TunnelRole.Client,
            [new HostPort("127.0.0.1", 0)],
            new HostPort("127.0.0.1", serverPort),
            Tls(_files.ClientCert, _files.ClientKey, resumption) with
            {
                ServerName = "localhost",
            },
            new TimeoutSettings(),
            new ReconnectSettings()
        );

    public TunnelSettings ServerSettings(int port, int targetPort, bool resumption = true) =>
        new(
            TunnelRole.Server,
            [new HostPort("127.0.0.1", port)],
            new HostPort("127.0.0.1", targetPort),
            Tls(_files.ServerCert, _files.ServerKey, resumption),
            new TimeoutSettings(),
            Reconnect: null
        );

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static TlsProfile Tunnelling(TlsProfile profile) =>
        profile with
        {
            ApplicationProtocols = [Greeting.Protocol],
        };

    private TlsSettings Tls(string cert, string key, bool resumption) =>
        new()
        {
            CertFile = cert,
            KeyFile = key,
            PeerCaFile = _files.CaCert,
            MinVersion = new Version(1, 3),
            SessionResumption = resumption,
        };
}
