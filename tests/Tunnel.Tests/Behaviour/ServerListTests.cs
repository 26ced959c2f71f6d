using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;
using static Tunnel.Tests.TestKit.Forwards;

namespace Tunnel.Tests.Behaviour;

/// <summary>
/// A client of several servers: each with its name and its tickets, and the verdict of one is not that of all.
/// </summary>
public sealed class ServerListTests(BackendPair backends) : BehaviourTests(backends)
{
    // The clock runs fifty times as fast as the machine: what must not run out is long, and what must is not.
    private static readonly TimeoutSettings _timeouts = new()
    {
        Connect = TimeSpan.FromSeconds(90),
        Handshake = TimeSpan.FromSeconds(60),
    };

    private static readonly byte[] _words = "some words"u8.ToArray();

    private ManualTime _time = null!;
    private TestCa _root = null!;

    [SetUp]
    public void Prepare() => (_time, _root) = (new ManualTime(), TestCa.CreateRoot());

    [Test]
    public async Task A_server_that_is_down_is_passed_over_without_a_wait_and_used_again_when_it_is_back()
    {
        var port = Wire.FreePort();
        await using var pair = await StartAsync(pair => To(TargetPolicy.Failover, port, pair));

        await pair.VisitAsync(pair.Target);
        await pair.VisitAsync(pair.Target);
        await using var first = await ExtraAsync("localhost", port);
        await pair.VisitAsync(pair.Target);
        _time.Advance(TimeSpan.FromSeconds(10));
        await pair.VisitAsync(first.Target);
        await pair.VisitAsync(first.Target);

        Assert.That((await _time.RunUntilAsync(pair.ClosedAsync(Address(port)))).Reason, Is.EqualTo("eof"));
        Assert.That(pair.LinesWith($"target {Address(port)} is unhealthy"), Has.Count.EqualTo(1));
        Assert.That(pair.LinesWith($"target {Address(port)} is healthy again"), Has.Count.EqualTo(1));
        Assert.That(
            pair.LinesWith("attempt 1 failed")[0],
            Does.Contain($"reason=unreachable retry_in_ms=0 target={Address(port)} ").And.Contain("refused")
        );
    }

    [Test]
    public async Task A_server_that_refuses_us_does_not_keep_us_from_the_others()
    {
        await using var stranger = await ExtraAsync("localhost", clients: TestCa.CreateRoot("Other Root"));
        await using var pair = await StartAsync(pair => To(TargetPolicy.Failover, stranger.Port, pair));

        await pair.VisitAsync(pair.Target);

        var failed = pair.LinesWith("attempt 1 failed").Single();
        Assert.That(
            failed,
            Does.Contain($"reason=refused_by_peer retry_in_ms=0 target={Address(stranger.Port)} ")
                .And.Contain("our certificate"),
            failed
        );
        Assert.That(stranger.Target.HasVisitor(), Is.False);
    }

    [Test]
    public async Task When_all_have_refused_us_for_good_there_is_no_other_round()
    {
        var other = TestCa.CreateRoot("Other Root");
        await using var one = await ExtraAsync("localhost", clients: other);
        await using var two = await ExtraAsync("elsewhere.example");
        await using var pair = await StartAsync(
            _ => To(TargetPolicy.Failover, one.Port, two.Port),
            PairOptions.Patient
        );

        Assert.That(await pair.VisitAsync(), Is.EqualTo(SocketError.ConnectionReset));

        var givenUp = pair.LinesWith("given up").Single();
        Assert.That(givenUp, Does.Contain("given up, trying again cannot help: reason=refused attempts=2"));
        Assert.That(
            givenUp,
            Does.Match($"{Address(one.Port)}: [^;]*our certificate.*; {Address(two.Port)}: .*elsewhere\\.example")
        );
        Assert.That(
            (await _time.RunUntilAsync(pair.ClosedAsync(Address(two.Port)))).Detail,
            Does.Contain(Address(one.Port))
        );
    }

    [Test]
    public async Task After_a_round_only_those_that_have_not_refused_us_are_tried_again()
    {
        await using var stranger = await ExtraAsync("localhost", clients: TestCa.CreateRoot("Other Root"));
        var port = Wire.FreePort();
        await using var pair = await StartAsync(
            _ => To(TargetPolicy.Failover, port, stranger.Port),
            PairOptions.Patient with
            {
                MaxElapsed = TimeSpan.FromHours(1),
            }
        );
        using var application = await pair.DialAsync();
        await application.SendAllAsync(_words);
        // Three rounds: the first with both.
        await _time.RunUntilAsync(pair.LineAsync(line => line.FormattedMessage.Contains("attempt 4 failed")));
        await using var late = await ExtraAsync("localhost", port);

        using var target = await _time.RunUntilAsync(late.Target.AcceptSoonAsync());

        Assert.That(await target.ReadExactlyAsync(_words.Length), Is.EqualTo(_words));
        Assert.That(stranger.Tunnel.Table.Accepted, Is.EqualTo(1));
    }

    [Test]
    public async Task A_server_whose_target_is_down_passes_us_on_to_the_next()
    {
        await using var lame = await ExtraAsync(
            "localhost",
            change: settings => settings with { Forward = new HostPort("127.0.0.1", Wire.FreePort()) }
        );
        await using var pair = await StartAsync(pair => To(TargetPolicy.Failover, lame.Port, pair));

        await pair.VisitAsync(pair.Target);
        await pair.VisitAsync(pair.Target);

        Assert.That(lame.Tunnel.Table.Accepted, Is.EqualTo(1), "then it is tried last for a while");
        Assert.That(
            pair.LinesWith($"target {Address(lame.Port)} is unhealthy").Single(),
            Does.Contain("the target is not reachable")
        );
    }

    [Test]
    public async Task A_server_that_accepts_and_says_nothing_costs_the_time_of_a_handshake()
    {
        using var silent = Wire.Listen();
        await using var pair = await StartAsync(pair => To(TargetPolicy.Failover, silent.EndPoint().Port, pair));
        using var application = await pair.DialAsync();

        using var target = await _time.RunUntilAsync(pair.Target.AcceptSoonAsync());

        Assert.That(pair.LinesWith("attempt 1 failed").Single(), Does.Contain("reason=handshake_timeout"));
        await pair.VisitAsync(pair.Target);
    }

    [Test]
    public async Task Silent_addresses_share_the_time_for_connecting_and_the_last_server_has_enough()
    {
        using var hole = await BlackHole.DigAsync();
        using var abyss = await BlackHole.DigAsync();
        await using var pair = await StartAsync(pair =>
            To(TargetPolicy.Failover, hole.EndPoint.Port, abyss.EndPoint.Port, pair)
        );
        var start = _time.GetTimestamp();
        using var application = await pair.DialAsync();

        using var target = await _time.RunUntilAsync(pair.Target.AcceptSoonAsync());

        // Two thirds of timeouts.connect.
        Assert.That(_time.GetElapsedTime(start).TotalSeconds, Is.GreaterThanOrEqualTo(60).And.LessThan(90));
    }

    [Test]
    public async Task An_application_that_has_said_all_it_has_to_say_is_served_by_the_second_server()
    {
        using var silent = Wire.Listen();
        await using var pair = await StartAsync(pair => To(TargetPolicy.Failover, silent.EndPoint().Port, pair));
        using var application = await pair.DialAsync();
        await application.SendAllAsync(_words);
        application.Shutdown(SocketShutdown.Send);

        using var target = await _time.RunUntilAsync(pair.Target.AcceptSoonAsync());

        Assert.That(await target.ReadToEndAsync(), Is.EqualTo(_words));
        await target.PassAsync(application, _words);
    }

    [Test]
    public async Task Each_server_is_held_to_its_own_name_and_keeps_its_own_ticket()
    {
        await using var one = await ExtraAsync("one.example");
        await using var two = await ExtraAsync("two.example");
        await using var pair = await StartAsync(_ =>
            To(TargetPolicy.RoundRobin, Named(one.Port, "one.example"), Named(two.Port, "two.example"))
        );

        var resumed = new List<(string, string)>();
        for (var round = 0; round < 3; round++)
        {
            await pair.VisitAsync(one.Target);
            await pair.VisitAsync(two.Target);
            resumed.Add(
                (
                    (await _time.RunUntilAsync(pair.ClosedAsync(Address(one.Port)))).Resumed,
                    (await _time.RunUntilAsync(pair.ClosedAsync(Address(two.Port)))).Resumed
                )
            );
        }

        Assert.That(resumed, Is.EqualTo([("no", "no"), ("yes", "yes"), ("yes", "yes")]));
    }

    [Test]
    public async Task A_server_that_answers_under_the_name_of_another_is_refused()
    {
        await using var one = await ExtraAsync("one.example");
        await using var two = await ExtraAsync("two.example");
        await using var pair = await StartAsync(_ =>
            To(TargetPolicy.Failover, Named(two.Port, "one.example"), Named(one.Port, "one.example"))
        );

        await pair.VisitAsync(one.Target);

        Assert.That(
            pair.LinesWith("attempt 1 failed").Single(),
            Does.Contain($"reason=refused retry_in_ms=0 target={Address(two.Port)} ").And.Contain("one.example")
        );
    }

    [Test]
    public async Task Servers_with_one_name_and_certificates_of_their_own_behind_an_intermediate_serve_in_turn()
    {
        var intermediate = _root.CreateIntermediate();
        await using var one = await ExtraAsync("localhost", issuer: intermediate);
        await using var two = await ExtraAsync("localhost", issuer: intermediate);
        await using var pair = await StartAsync(_ => To(TargetPolicy.RoundRobin, one.Port, two.Port));

        for (var round = 0; round < 3; round++)
        {
            await pair.VisitAsync(one.Target);
            await pair.VisitAsync(two.Target);
        }

        Assert.That(pair.LinesWith("attempt 1 failed"), Is.Empty);
    }

    [Test]
    public async Task Least_connections_counts_the_live_sessions_of_each_server()
    {
        await using var one = await ExtraAsync("localhost");
        await using var pair = await StartAsync(pair => To(TargetPolicy.LeastConnections, one.Port, pair));
        var first = await pair.OpenAsync(one.Target);
        var second = await pair.OpenAsync(pair.Target);
        await EndAsync(second.Application, second.Target);
        await _time.HaveSessionsAsync(pair.Client, 1, 0);

        await pair.VisitAsync(pair.Target);

        await EndAsync(first.Application, first.Target);
        await _time.HaveSessionsAsync(pair.Client, 0, 0);
    }

    private static TargetSettings Named(int port, string name) =>
        new(new HostPort("127.0.0.1", port)) { ServerName = name };

    private Task<ExtraServer> ExtraAsync(
        string name,
        int port = 0,
        TestCa? clients = null,
        TestCa? issuer = null,
        Func<TunnelSettings, TunnelSettings>? change = null
    ) =>
        ExtraServer.StartAsync(
            (issuer ?? _root).Issue(new TestLeaf { CommonName = name, DnsNames = [name] }),
            clients ?? _root,
            port,
            change
        );

    /// <param name="forward">From the port of the pair's server.</param>
    /// <param name="reconnect">Null: one round.</param>
    private Task<Pair> StartAsync(Func<int, ForwardSettings> forward, ReconnectSettings? reconnect = null) =>
        Pair.StartAsync(
            PairOptions.With(_timeouts, _time) with
            {
                Root = _root,
                Client = settings =>
                    settings with
                    {
                        Forward = forward(settings.Forward.Only().Port()),
                        Reconnect = reconnect ?? settings.Reconnect,
                        Timeouts = _timeouts,
                    },
            }
        );
}
