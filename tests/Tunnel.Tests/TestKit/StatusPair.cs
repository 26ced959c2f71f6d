using System.Net.Sockets;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Tunnels;

namespace Tunnel.Tests.TestKit;

/// <summary>A client and a server as two processes would run them, each with a status socket.</summary>
internal sealed class StatusPair : IAsyncDisposable
{
    private readonly TempDirectory _files = new();
    private readonly Engine _engine = new();
    private readonly Socket _target = Wire.Listen();
    private readonly string[] _sockets;
    private readonly TunnelSet?[] _sets = new TunnelSet?[2];
    private readonly TunnelSettings[] _settings = new TunnelSettings[2];
    private readonly Task<int>?[] _drained = new Task<int>?[2];

    private StatusPair(string serverSocket, string clientSocket) => _sockets = [clientSocket, serverSocket];

    public static async Task<StatusPair> StartAsync(string serverSocket, string clientSocket)
    {
        var pair = new StatusPair(serverSocket, clientSocket);
        var files = PairFiles.Write(pair._files, new PairOptions());
        pair._settings[1] = new TunnelSettings(
            TunnelRole.Server,
            [new HostPort("127.0.0.1", 0)],
            new HostPort("127.0.0.1", pair._target.EndPoint().Port),
            files.ServerTls,
            new TimeoutSettings { Shutdown = Wire.Patience },
            Reconnect: null
        );
        pair._sets[1] = await pair.StartAsync(pair._settings[1]);
        pair._settings[0] = new TunnelSettings(
            TunnelRole.Client,
            [new HostPort("127.0.0.1", 0)],
            new HostPort("127.0.0.1", pair.Of(server: true).Endpoints[0].Port()),
            files.ClientTls,
            new TimeoutSettings { Shutdown = Wire.Patience },
            new ReconnectSettings()
        );
        pair._sets[0] = await pair.StartAsync(pair._settings[0]);
        return pair;
    }

    public RunningTunnel Of(bool server) => _sets[Index(server)]!.Running.Single();

    /// <summary>Another process with the same configuration but for its port.</summary>
    public Task<TunnelSet> StartAgainAsync(bool server, int port) =>
        StartAsync(_settings[Index(server)] with { Listen = [new HostPort("127.0.0.1", port)] });

    public async Task<(Socket Application, Socket Target)> OpenAsync()
    {
        var application = await Wire.DialAsync(Of(server: false).Endpoints[0]);
        return (application, await _target.AcceptSoonAsync());
    }

    public Task<int> DrainAsync(bool server) => _drained[Index(server)] ??= _sets[Index(server)]!.DrainAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var server in (bool[])[false, true])
        {
            var drained = DrainAsync(server);
            _sets[Index(server)]!.CutAll();
            await drained.WaitAsync(Wire.Patience);
        }

        _target.Dispose();
        _engine.Dispose();
        _files.Dispose();
    }

    private static int Index(bool server) => server ? 1 : 0;

    private Task<TunnelSet> StartAsync(TunnelSettings settings) =>
        TestSet.StartAsync([settings], _sockets[Index(settings.Role == TunnelRole.Server)], _engine);
}
