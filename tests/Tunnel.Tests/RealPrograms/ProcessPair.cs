using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary>Client and server as two processes with configuration files, in front of a service of the test's choice.</summary>
public sealed class ProcessPair : IAsyncDisposable
{
    private readonly TempDirectory _files;

    private ProcessPair(TempDirectory files, RunningTunnel server, RunningTunnel client)
    {
        _files = files;
        Server = server;
        Client = client;
    }

    public RunningTunnel Server { get; }

    public RunningTunnel Client { get; }

    public int Port => Client.EndPoint.Port;

    /// <summary>The configuration file of the client or the server.</summary>
    public string ConfigOf(string role) => _files.File($"{role}.yaml");

    public static async Task<ProcessPair> StartAsync(int targetPort, int? serverOpenFiles = null)
    {
        var files = new TempDirectory();
        var pems = PairFiles.Write(files, new PairOptions());
        var serverConfig = files.Write(
            "server.yaml",
            $$"""
            server_listener: {host: 127.0.0.1, port: 0}
            target_service: {host: 127.0.0.1, port: {{targetPort}}}
            tls: {server_cert: {{pems.ServerCert}}, server_key: {{pems.ServerKey}}, client_ca_cert: {{pems.ClientCa}}}
            monitor: {status_socket: {{files.File("server.sock")}}}
            """
        );
        var server = await RunningTunnel.StartAsync("server", serverConfig, serverOpenFiles);
        var clientConfig = files.Write(
            "client.yaml",
            $$"""
            local_listener: {host: 127.0.0.1, port: 0}
            remote_server: {host: localhost, port: {{server.EndPoint.Port}}, server_ca_cert: {{pems.ServerCa}}}
            tls: {client_cert: {{pems.ClientCert}}, client_key: {{pems.ClientKey}}}
            reconnect: {max_elapsed: 10}
            monitor: {status_socket: {{files.File("client.sock")}}}
            """
        );
        return new ProcessPair(files, server, await RunningTunnel.StartAsync("client", clientConfig));
    }

    public Task<System.Net.Sockets.Socket> DialAsync() => Wire.DialAsync(Client.EndPoint);

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
        _files.Dispose();
    }
}
