using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using NLog;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Tls;
using Tunnel.Tunnels;

namespace Tunnel.Tests.TestKit;

/// <summary>A tunnel client and a tunnel server on loopback, and the socket of the target behind them.</summary>
public sealed class Pair : IAsyncDisposable
{
    private readonly TempDirectory _files;
    private readonly PairOptions _options;
    private readonly Channel<LogEventInfo> _log = CapturedLog.Listen();
    private readonly List<LogEventInfo> _passed = [];

    private Pair(TempDirectory files, PairOptions options)
    {
        _files = files;
        _options = options;
        ServerEngine = new Engine(options.Time ?? TimeProvider.System, options.ServerFiles)
        {
            Random = options.Random,
            HandshakeTurns = options.ServerTurns,
        };
        ClientEngine = new Engine(options.Time ?? TimeProvider.System, OpenFiles.Process) { Random = options.Random };
    }

    /// <summary>Two, as of two processes.</summary>
    internal Engine ServerEngine { get; }

    /// <inheritdoc cref="ServerEngine"/>
    internal Engine ClientEngine { get; }

    /// <summary>Null when the options left the server out.</summary>
    public RunningTunnel? Server { get; private set; }

    public RunningTunnel Client { get; private set; } = null!;

    /// <summary>The target's listening socket; the test accepts from it.</summary>
    public Socket Target { get; private init; } = null!;

    public PairFiles Files { get; private init; } = null!;

    public TunnelSettings ServerSettings { get; private set; } = null!;

    public TunnelSettings ClientSettings { get; private set; } = null!;

    public static async Task<Pair> StartAsync(PairOptions? options = null)
    {
        options ??= new PairOptions();
        var files = new TempDirectory();
        var pair = new Pair(files, options)
        {
            Target = options.IsUnix ? Wire.ListenUnix(files.File("target")) : Wire.Listen(),
            Files = PairFiles.Write(files, options),
        };
        pair.ServerSettings = options.Server(pair.DefaultServer());
        if (options.StartServer)
        {
            await pair.StartServerAsync();
        }

        pair.ClientSettings = options.Client(pair.DefaultClient());
        pair.Client = await RunningTunnel.StartAsync(
            TunnelCandidate.Of(
                pair.ClientSettings,
                TlsProfiles.Of(pair.ClientSettings),
                options.Backend ?? TestBackends.Client,
                time: options.Time
            ),
            pair.ClientEngine,
            options.Reports
        );
        _ = options.Cutter?.CarryAsync(pair.ServerSettings.Listen[0].EndPoint());
        return pair;
    }

    /// <summary>For tests in which the server comes late.</summary>
    public async Task StartServerAsync() =>
        Server = await RunningTunnel.StartAsync(
            TunnelCandidate.Of(
                ServerSettings,
                TlsProfiles.Of(ServerSettings),
                _options.Backend ?? TestBackends.Server,
                time: _options.Time
            ),
            ServerEngine,
            _options.Reports
        );

    public Task<Socket> DialAsync() => Wire.DialAsync(Client.Endpoints[0]);

    /// <summary>An application that is to be turned away.</summary>
    /// <inheritdoc cref="Wire.VisitAsync"/>
    public Task<SocketError?> VisitAsync(byte[]? words = null) => Wire.VisitAsync(Client.Endpoints[0], words);

    /// <summary>One connection through the pair: the application's end and the target's.</summary>
    public async Task<(Socket Application, Socket Target)> OpenAsync()
    {
        var application = await DialAsync();
        return (application, await Target.AcceptSoonAsync());
    }

    /// <summary>Waits until all that has been sent has been acknowledged on every leg.</summary>
    public Task TakenAsync() =>
        _options.IsUnix
            ? Task.CompletedTask
            : SendQueues.EmptyAsync(
                Client.Endpoints[0].Port(),
                ServerSettings.Listen[0].Port(),
                Target.EndPoint().Port
            );

    /// <summary>
    /// Waits until the tunnel's system has acknowledged all that an application or a target has sent.
    /// </summary>
    public static Task SentAsync(Socket from) =>
        from.AddressFamily == AddressFamily.Unix ? Task.CompletedTask : SendQueues.EmptyAsync(from.EndPoint().Port);

    public Task<ClosedSession> ServerClosedAsync() => ClosedAsync(ServerSettings.Forward.ToString());

    public Task<ClosedSession> ClientClosedAsync() => ClosedAsync(ClientSettings.Forward.ToString());

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
                line = await _log.Reader.ReadAsync(limit.Token);
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

    /// <summary>The next line at level Debug or above in which a session enters a state, of either side.</summary>
    public Task<LogEventInfo> StateAsync(string state) =>
        LineAsync(line => line.Properties.TryGetValue("state", out var entered) && entered is string s && s == state);

    /// <summary>Every line that has come so far and has not been asked for.</summary>
    public IReadOnlyList<LogEventInfo> Lines()
    {
        _passed.AddRange(CapturedLog.Come(_log));
        return _passed;
    }

    /// <summary>Lets go of the lines that have come so far.</summary>
    public void ForgetLines()
    {
        Lines();
        _passed.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(Client);
        if (Server is not null)
        {
            await StopAsync(Server);
        }

        ServerEngine.Dispose();
        ClientEngine.Dispose();
        CapturedLog.Leave(_log);
        _options.Cutter?.Dispose();
        Target.Dispose();
        _files.Dispose();
    }

    private async Task StopAsync(RunningTunnel host)
    {
        var stopped = host.DrainAsync(TimeSpan.Zero);
        try
        {
            await (_options.Time?.RunUntilAsync(stopped) ?? stopped).WaitAsync(Wire.Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException("sessions that do not end: " + string.Join('\n', host.Table.Records()));
        }
    }

    /// <summary>The next session that ended at this target, or server.</summary>
    public async Task<ClosedSession> ClosedAsync(string target) =>
        new(
            await LineAsync(line =>
                line.Properties.ContainsKey("closed_by") && line.Properties["target"]?.ToString() == target
            )
        );

    private TunnelSettings DefaultServer() =>
        new(
            TunnelRole.Server,
            [_options.IsUnix ? new UnixAddress(_files.File("server")) : new HostPort("127.0.0.1", Wire.FreePort())],
            _options.IsUnix
                ? new UnixAddress(_files.File("target"))
                : new HostPort("127.0.0.1", Target.EndPoint().Port),
            Files.ServerTls,
            new TimeoutSettings(),
            Reconnect: null
        );

    private TunnelSettings DefaultClient() =>
        new(
            TunnelRole.Client,
            [_options.IsUnix ? new UnixAddress(_files.File("client")) : new HostPort("127.0.0.1", 0)],
            _options.Cutter is { } cutter ? new HostPort("127.0.0.1", cutter.EndPoint.Port) : ServerSettings.Listen[0],
            Files.ClientTls,
            new TimeoutSettings(),
            new ReconnectSettings { MaxElapsed = TimeSpan.Zero }
        );
}
