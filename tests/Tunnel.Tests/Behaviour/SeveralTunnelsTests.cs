using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Tests.TestKit;
using Tunnel.Text;
using Tunnel.Tunnels;

namespace Tunnel.Tests.Behaviour;

/// <summary>Several tunnels in one process: each serves on its own, and says which it is.</summary>
public sealed class SeveralTunnelsTests(BackendPair backends) : BehaviourTests(backends)
{
    private static readonly byte[] _words = "some words"u8.ToArray();

    private readonly ManualTime _time = new();
    private TempDirectory _files = null!;
    private PairFiles _certificates = null!;
    private Engine _engine = null!;
    private TunnelSet? _set;
    private TimeSpan _shutdownDelay;

    [SetUp]
    public void Prepare()
    {
        _files = new TempDirectory();
        _certificates = PairFiles.Write(_files, new PairOptions());
        _engine = new Engine(_time, OpenFiles.Process);
    }

    [TearDown]
    public async Task StopAsync()
    {
        var drained = _set?.DrainAsync() ?? Task.FromResult(0);
        _set?.CutAll();
        await _time.RunUntilAsync(drained);
        _engine.Dispose();
        _files.Dispose();
    }

    [Test]
    public async Task Each_connection_reaches_the_target_of_its_tunnel_and_each_line_has_the_tunnel_s_name()
    {
        using var one = Wire.Listen();
        using var two = Wire.Listen();
        var (portOne, portTwo) = (Wire.FreePort(), Wire.FreePort());
        var log = CapturedLog.Listen();
        await StartAsync(
            Server("db-in", portOne, one),
            Server("web-in", portTwo, two),
            Client("db", portOne),
            Client("web", portTwo)
        );

        foreach (var (client, target) in new[] { ("web", two), ("db", one) })
        {
            using var application = await Wire.DialAsync(Of(client).Endpoints[0]);
            using var served = await target.AcceptSoonAsync();
            await application.PassAsync(served, _words);
            application.Shutdown(SocketShutdown.Send);
            served.Shutdown(SocketShutdown.Send);
            await application.ReadToEndAsync();
            foreach (var name in new[] { client, $"{client}-in" })
            {
                await Eventually.HoldsAsync(() => HasEnded(name), () => $"{name} has not ended");
            }
        }

        CapturedLog.Leave(log);
        var closed = CapturedLog
            .Come(log)
            .Where(line => line.Properties.ContainsKey("closed_by"))
            .Select(line => (TunnelLogger.TunnelOf(line), line.Properties["target"]!.ToString()!));
        (string?, string)[] expected =
        [
            ("web", $"127.0.0.1:{portTwo}"),
            ("web-in", two.EndPoint().ToString()),
            ("db", $"127.0.0.1:{portOne}"),
            ("db-in", one.EndPoint().ToString()),
        ];
        Assert.That(closed.Where(expected.Contains), Is.EquivalentTo(expected));
    }

    [Test]
    public async Task One_whose_address_is_taken_does_not_stop_the_others_and_starts_when_it_is_free()
    {
        using var target = Wire.Listen();
        var occupied = Wire.Listen();
        var port = occupied.EndPoint().Port;
        await StartAsync(Server("waits", port, target), Server("runs", Wire.FreePort(), target));

        var status = await StatusAsync();
        Assert.That(status, Does.StartWith("role: several\nstate: accepting\ntunnels: 2\n"));
        Assert.That(status, Does.Match("tunnel: runs\nrole: server\nstate: accepting\nlistener: "));
        Assert.That(
            status,
            Does.Match($"tunnel: waits\nrole: server\nstate: not_listening\ncause: .*127.0.0.1:{port}.* in use")
        );
        occupied.Dispose();
        await Eventually.HoldsAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(5));
                return _set!.Running.Count() == 2;
            },
            () => "it does not start"
        );

        (await Wire.DialAsync(Of("waits").Endpoints[0])).Dispose();
        Assert.That(await StatusAsync(), Does.Not.Contain("not_listening"));
    }

    [Test]
    public async Task One_that_waits_for_its_address_stops_with_the_others()
    {
        using var target = Wire.Listen();
        using var occupied = Wire.Listen();
        var port = occupied.EndPoint().Port;
        await StartAsync(Server("waits", port, target), Server("runs", Wire.FreePort(), target));

        Assert.That(await _time.RunUntilAsync(_set!.DrainAsync()), Is.Zero);

        occupied.Dispose();
        _time.Advance(TimeSpan.FromSeconds(20));
        Wire.Listen(port).Dispose();
    }

    [Test]
    public async Task When_none_can_listen_there_is_no_start()
    {
        using var target = Wire.Listen();
        using var occupied = Wire.Listen();
        var port = occupied.EndPoint().Port;
        var failure = await Assert.ThrowsAsync<TunnelStartException>(() =>
            StartAsync(Server("a", port, target), Server("b", port, target))
        );
        Assert.That(failure.Message.Split('\n'), Has.Length.EqualTo(2).And.All.Contains($"127.0.0.1:{port}"));
    }

    [Test]
    public async Task Before_it_drains_it_says_so_and_accepts_for_a_while()
    {
        using var target = Wire.Listen();
        _shutdownDelay = TimeSpan.FromSeconds(5);
        await StartAsync(Server("s", Wire.FreePort(), target));

        var stopping = _set!.StopAcceptingAsync();

        Assert.That(await StatusAsync(), Does.StartWith("role: several\nstate: draining\n"));
        _time.Advance(TimeSpan.FromSeconds(4.9));
        using var application = await Wire.DialAsync(Of("s").Endpoints[0]);
        await Eventually.HoldsAsync(() => Of("s").Table.Accepted == 1, () => "it does not accept");
        Assert.That(stopping.IsCompleted, Is.False);
        _time.Advance(TimeSpan.FromSeconds(0.3));
        await stopping.WaitAsync(Wire.Patience);
        await Assert.ThrowsAsync<SocketException>(() => Wire.DialAsync(Of("s").Endpoints[0]));
    }

    private RunningTunnel Of(string name) => _set!.Running.Single(tunnel => tunnel.Name == name);

    // The system acknowledges the last byte in its own time, and the engine looks for that by its clock.
    private bool HasEnded(string name)
    {
        _time.Advance(DeadlineWheel.Tick);
        return Of(name).Table.Active == 0;
    }

    private Task<string> StatusAsync() =>
        StatusQuery.AskAsync(_files.File("status"), StatusQuery.StatusRequest, Wire.Patience);

    private async Task StartAsync(params TunnelSettings[] tunnels) =>
        _set = await TestSet.StartAsync(tunnels, _files.File("status"), _engine, _shutdownDelay);

    private TunnelSettings Server(string name, int port, Socket target) =>
        new(
            TunnelRole.Server,
            [new HostPort("127.0.0.1", port)],
            new HostPort("127.0.0.1", target.EndPoint().Port),
            _certificates.ServerTls,
            new TimeoutSettings(),
            Reconnect: null
        )
        {
            Name = name,
        };

    private TunnelSettings Client(string name, int serverPort) =>
        new(
            TunnelRole.Client,
            [new HostPort("127.0.0.1", 0)],
            new HostPort("127.0.0.1", serverPort),
            _certificates.ClientTls,
            new TimeoutSettings(),
            new ReconnectSettings()
        )
        {
            Name = name,
        };
}
