using System.Net.Sockets;
using Tunnel.Cli;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Text;
using Tunnel.Tunnels;

namespace Tunnel.Tests.TestKit;

/// <summary>
/// The tunnels of a process as they come from a configuration file, which a test changes while they run: a server
/// <c>s</c> in front of <see cref="Target"/> and a client <c>c</c> in front of that, unless the test wants others.
/// </summary>
internal sealed class ConfiguredProcess : IAsyncDisposable
{
    private readonly Engine _engine = new();
    private TunnelSet? _set;

    public ConfiguredProcess()
    {
        ServerPort = Wire.FreePort();
        ClientPort = Wire.FreePort();
        Certificates = PairFiles.Write(Files, new PairOptions { Root = Root });
    }

    public bool HasStatusSocket { get; init; }

    public bool WatchesFiles { get; init; }

    /// <summary>More of the client's <c>local_listener</c> section: <c>, key: value</c>.</summary>
    public string ListenerKeys { get; init; } = "";

    public TempDirectory Files { get; } = new();

    public TestCa Root { get; } = TestCa.CreateRoot();

    public PairFiles Certificates { get; private set; }

    public Socket Target { get; } = Wire.Listen();

    public int ServerPort { get; }

    public int ClientPort { get; set; }

    public TunnelSet Set => _set!;

    public string Path => Files.File("tunnels.yaml");

    /// <summary>The whole file as it would be with the default tunnels.</summary>
    public string Text =>
        $"""
            tls:
              server_cert: {Certificates.ServerCert}
              server_key: {Certificates.ServerKey}
              client_ca_cert: {Certificates.ClientCa}
              client_cert: {Certificates.ClientCert}
              client_key: {Certificates.ClientKey}
            remote_server: {"{"} host: 127.0.0.1, server_ca_cert: {Certificates.ServerCa}, server_name: localhost {"}"}
            reconnect: {"{ max_elapsed: 0 }"}
            monitor: {"{"} interval: off, watch_files: {(WatchesFiles ? "true" : "false")}, status_socket: {(
                HasStatusSocket ? Files.File("status") : "~"
            )} {"}"}
            tunnels:
              - name: s
                server_listener: {"{"} host: 127.0.0.1, port: {ServerPort} {"}"}
                target_service: {"{"} host: 127.0.0.1, port: {Target.EndPoint().Port} {"}"}
                tls: {"{"} backend: {TestBackends.Current.Server.ToString().ToLowerInvariant()} {"}"}
              - name: c
                local_listener: {"{"} host: 127.0.0.1, port: {ClientPort}{ListenerKeys} {"}"}
                remote_server: {"{"} port: {ServerPort} {"}"}
                tls: {"{"} backend: {TestBackends.Current.Client.ToString().ToLowerInvariant()} {"}"}

            """;

    /// <summary>Writes the configuration; null: the default tunnels.</summary>
    public void Write(string? text = null) => Files.Write("tunnels.yaml", text ?? Text);

    /// <summary>Before the start: the server's certificate and key are elsewhere.</summary>
    public void UseServerFiles(string cert, string key) =>
        Certificates = Certificates with { ServerCert = cert, ServerKey = key };

    public async Task StartAsync()
    {
        Write();
        _set = await TunnelSet.StartAsync(Judge(), _engine, Judge);
    }

    public Task<string> AskAsync(string request) => StatusQuery.AskAsync(Files.File("status"), request, Wire.Patience);

    public Task<ReloadResult> ReloadAsync() => Set.ReloadAsync("the test").WaitAsync(Wire.Patience);

    public RunningTunnel Of(string name) => Set.Running.Single(tunnel => tunnel.Name == name);

    public Task<Socket> DialAsync(string client = "c") => Wire.DialAsync(Of(client).Endpoints[0]);

    /// <summary>An application and the target that it reached.</summary>
    public async Task<(Socket Application, Socket Target)> OpenAsync(Socket? target = null)
    {
        var application = await DialAsync();
        var reached = await (target ?? Target).AcceptSoonAsync();
        await application.PassAsync(reached, "some words"u8.ToArray());
        return (application, reached);
    }

    /// <summary>Ends its tunnels; it may be started again.</summary>
    public async Task StopAsync()
    {
        if (_set is not null)
        {
            var drained = _set.DrainAsync();
            _set.CutAll();
            await drained.WaitAsync(Wire.Patience);
            _set = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _engine.Dispose();
        Target.Dispose();
        Files.Dispose();
    }

    private ProcessCandidate Judge() => Preparation.Judge(new ConfigSource(Path));
}
