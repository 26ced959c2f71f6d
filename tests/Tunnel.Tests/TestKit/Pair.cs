using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using NLog;
using Tunnel.Config;
using Tunnel.Services;

namespace Tunnel.Tests.TestKit;

/// <summary>A tunnel client and a tunnel server on loopback, and the socket of the target behind them.</summary>
public sealed class Pair : IAsyncDisposable
{
    private readonly TempDirectory _files;
    private readonly ChannelReader<LogEventInfo> _log;
    private readonly List<LogEventInfo> _passed = [];

    private Pair(TempDirectory files, ChannelReader<LogEventInfo> log)
    {
        _files = files;
        _log = log;
    }

    /// <summary>Null when the options left the server out.</summary>
    public TunnelHost? Server { get; private set; }

    public TunnelHost Client { get; private set; } = null!;

    /// <summary>The target's listening socket; the test accepts from it.</summary>
    public Socket Target { get; private init; } = null!;

    public PairFiles Files { get; private init; } = null!;

    public ServerSettings ServerSettings { get; private set; } = null!;

    public ClientSettings ClientSettings { get; private set; } = null!;

    public static async Task<Pair> StartAsync(PairOptions? options = null)
    {
        options ??= new PairOptions();
        var files = new TempDirectory();
        var pair = new Pair(files, CapturedLog.Listen())
        {
            Target = Wire.Listen(),
            Files = PairFiles.Write(files, options),
        };
        pair.ServerSettings = options.Server(pair.DefaultServer());
        if (options.StartServer)
        {
            await pair.StartServerAsync();
        }

        pair.ClientSettings = options.Client(pair.DefaultClient());
        pair.Client = await TunnelHost.StartClientAsync(pair.ClientSettings, TestBackends.Client);
        return pair;
    }

    /// <summary>For tests in which the server comes late.</summary>
    public async Task StartServerAsync() =>
        Server = await TunnelHost.StartServerAsync(ServerSettings, TestBackends.Server);

    public Task<Socket> DialAsync() => Wire.DialAsync(Client.Endpoints[0]);

    /// <summary>One connection through the pair: the application's end and the target's.</summary>
    public async Task<(Socket Application, Socket Target)> OpenAsync()
    {
        var application = await DialAsync();
        return (application, await Target.AcceptSoonAsync());
    }

    public Task<ClosedSession> ServerClosedAsync() => ClosedAsync(ServerSettings.TargetService.ToString());

    public Task<ClosedSession> ClientClosedAsync() => ClosedAsync(ClientSettings.RemoteServer.ToString());

    /// <summary>The next line, past or to come, that satisfies the condition.</summary>
    public async Task<LogEventInfo> LineAsync(Func<LogEventInfo, bool> condition)
    {
        if (_passed.FirstOrDefault(condition) is { } passed)
        {
            _passed.Remove(passed);
            return passed;
        }

        using var limit = new CancellationTokenSource(Wire.Patience);
        while (true)
        {
            LogEventInfo line;
            try
            {
                line = await _log.ReadAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException(
                    "no such line; these came:\n" + string.Join('\n', _passed.Select(l => l.FormattedMessage))
                );
            }

            if (condition(line))
            {
                return line;
            }

            _passed.Add(line);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DrainAsync(TimeSpan.Zero);
        if (Server is not null)
        {
            await Server.DrainAsync(TimeSpan.Zero);
        }

        Target.Dispose();
        _files.Dispose();
    }

    private async Task<ClosedSession> ClosedAsync(string target) =>
        new(
            await LineAsync(line =>
                line.Properties.ContainsKey("ClosedBy") && line.Properties["Target"] is string to && to == target
            )
        );

    private ServerSettings DefaultServer() =>
        new(
            new HostPort("127.0.0.1", Wire.FreePort()),
            new HostPort("127.0.0.1", Target.EndPoint().Port),
            new TlsSettings
            {
                CertFile = Files.ServerCert,
                KeyFile = Files.ServerKey,
                PeerCaFile = Files.ClientCa,
            },
            new TimeoutSettings(),
            new LoggingSettings(),
            new MonitorSettings { Interval = null }
        );

    private ClientSettings DefaultClient() =>
        new(
            new HostPort("127.0.0.1", 0),
            ServerSettings.ServerListener,
            new TlsSettings
            {
                CertFile = Files.ClientCert,
                KeyFile = Files.ClientKey,
                PeerCaFile = Files.ServerCa,
                ServerName = "localhost",
            },
            new TimeoutSettings(),
            new ReconnectSettings { MaxElapsed = TimeSpan.Zero },
            new LoggingSettings(),
            new MonitorSettings { Interval = null }
        );
}
