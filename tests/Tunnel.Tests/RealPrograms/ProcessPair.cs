using System.Globalization;
using System.Net.Sockets;
using Tunnel.Config;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary>
/// Client and server as two processes with configuration files, in front of a service of the test's choice.
/// </summary>
public sealed class ProcessPair : IAsyncDisposable
{
    private readonly TempDirectory _files = new();
    private readonly ProcessPairOptions _options;
    private readonly PairFiles _pems;
    private readonly int _targetPort;

    private ProcessPair(int targetPort, ProcessPairOptions options)
    {
        (_targetPort, _options) = (targetPort, options);
        _pems = PairFiles.Write(_files, options.Certificates);
    }

    public RunningTunnel Server { get; private set; } = null!;

    public RunningTunnel Client { get; private set; } = null!;

    public int Port => Client.EndPoint.Port;

    /// <summary>The configuration file of the client or the server.</summary>
    public string ConfigOf(string role) => _files.File($"{role}.yaml");

    public static Task<ProcessPair> StartAsync(int targetPort, int? serverOpenFiles = null) =>
        StartAsync(targetPort, new ProcessPairOptions { ServerOpenFiles = serverOpenFiles });

    public static async Task<ProcessPair> StartAsync(int targetPort, ProcessPairOptions options)
    {
        var pair = new ProcessPair(targetPort, options);
        await pair.StartServerAsync(port: 0);
        await pair.StartClientAsync(port: 0);
        return pair;
    }

    /// <summary>The same server again, after the one before has gone, where the client looks for it.</summary>
    public Task RestartServerAsync() => StartServerAsync(Server.EndPoint.Port);

    /// <summary>The same client again, where applications look for it.</summary>
    public Task RestartClientAsync() => StartClientAsync(Client.EndPoint.Port);

    public Task<Socket> DialAsync() => Wire.DialAsync(Client.EndPoint);

    /// <summary>An application that is to be turned away.</summary>
    /// <inheritdoc cref="Wire.VisitAsync"/>
    public Task<SocketError?> VisitAsync() => Wire.VisitAsync(Client.EndPoint);

    /// <summary>One connection through the pair: the application's end and the target's.</summary>
    public async Task<(Socket Application, Socket Service)> OpenAsync(Socket target)
    {
        var application = await DialAsync();
        return (application, await target.AcceptSoonAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
        _files.Dispose();
    }

    private string Sandbox => _options.CanBeSeen ? "sandbox: {core_dumps: true}" : "";

    private string[] Verbosity => _options.Verbose ? ["--verbose"] : [];

    private async Task StartServerAsync(int port)
    {
        _files.Write("server.yaml", ServerConfig(port));
        string[] under = _options.ServerOpenFiles is { } files ? RunningTunnel.WithOpenFiles(files) : [];
        Server = await RunningTunnel.StartAsync(
            ["server", "--config", ConfigOf("server"), .. Verbosity],
            [.. _options.Under("server"), .. under]
        );
    }

    private async Task StartClientAsync(int port)
    {
        _files.Write("client.yaml", ClientConfig(port));
        Client = await RunningTunnel.StartAsync(
            ["client", "--config", ConfigOf("client"), .. Verbosity],
            _options.Under("client")
        );
    }

    private string ServerConfig(int port) =>
        $$"""
            server_listener: {host: {{_options.ServerHost}}, port: {{port}}{{_options.ServerListener}}}
            target_service: {host: 127.0.0.1, port: {{_targetPort}}{{_options.Target}}}
            tls: {backend: {{Name(_options.Backends?.Server)}}, server_cert: {{_pems.ServerCert}},
              server_key: {{_pems.ServerKey}}, client_ca_cert: {{_pems.ClientCa}}{{_options.ServerTls}}}
            monitor: {status_socket: {{_files.File("server.sock")}}{{_options.ServerMonitor}}}
            {{Sandbox}}
            {{_options.Server}}
            """;

    private string ClientConfig(int listeningPort)
    {
        var own = _options.ClientHasNoCertificate
            ? "client_cert: '', client_key: ''"
            : $"client_cert: {_pems.ClientCert}, client_key: {_pems.ClientKey}";
        var port = _options.RemotePort ?? Server.EndPoint.Port;
        var budget = _options.MaxElapsedSeconds.ToString(CultureInfo.InvariantCulture);
        return $$"""
            local_listener: {host: 127.0.0.1, port: {{listeningPort}}}
            remote_server: {host: {{_options.ServerHost}}, server_name: localhost, port: {{port}},
              server_ca_cert: {{_pems.ServerCa}}}
            tls: {backend: {{Name(_options.Backends?.Client)}}, {{own}}}
            reconnect: {max_elapsed: {{budget}}}
            monitor: {status_socket: {{_files.File("client.sock")}}{{_options.ClientMonitor}}}
            {{Sandbox}}
            {{_options.Client}}
            """;
    }

    private static string Name(TlsBackendSetting? backend) =>
        backend switch
        {
            TlsBackendSetting.OpenSsl => "openssl",
            TlsBackendSetting.SslStream => "sslstream",
            _ => "auto",
        };
}
