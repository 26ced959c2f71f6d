using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;
using static Tunnel.Tests.TestKit.Forwards;

namespace Tunnel.Tests.Behaviour;

/// <summary>
/// A server in front of several targets: the policy says which is next, and one that fails is passed over.
/// </summary>
public sealed class TargetListTests(BackendPair backends) : BehaviourTests(backends)
{
    private static readonly TimeSpan _rest = TimeSpan.FromSeconds(10);

    // The clock runs fifty times as fast as the machine: what must not run out is long.
    private static readonly TimeoutSettings _timeouts = new()
    {
        Connect = TimeSpan.FromSeconds(60),
        Handshake = TimeSpan.FromMinutes(30),
    };

    private static readonly byte[] _words = "some words"u8.ToArray();

    private ManualTime _time = null!;

    [SetUp]
    public void StopTheClock() => _time = new ManualTime();

    [Test]
    public async Task A_target_that_is_down_is_passed_over_and_used_again_when_it_is_back()
    {
        var port = Wire.FreePort();
        using var second = Wire.Listen();
        await using var pair = await StartAsync(To(TargetPolicy.Failover, port, second.EndPoint().Port));

        await pair.VisitAsync(second);
        await pair.VisitAsync(second);
        using var first = Wire.Listen(port);
        await pair.VisitAsync(second);
        Assert.That(first.HasVisitor(), Is.False, "it is left alone for a while");
        _time.Advance(_rest);
        await pair.VisitAsync(first);
        await pair.VisitAsync(first);

        var closed = await _time.RunUntilAsync(pair.ClosedAsync(Address(port)));
        Assert.That(closed.Reason, Is.EqualTo("eof"), closed.ToString());
        Assert.That(
            (await _time.RunUntilAsync(pair.ClosedAsync(Address(second.EndPoint().Port)))).Reason,
            Is.EqualTo("eof")
        );
        Assert.That(
            pair.LinesWith("unhealthy").Single(),
            Does.StartWith(
                    $"target {Address(port)} is unhealthy, the others are tried first: detail=\"{Address(port)}: "
                )
                .And.Contain("refused")
        );
        Assert.That(
            pair.LinesWith("healthy again").Single(),
            Is.EqualTo($"target {Address(port)} is healthy again after 10 s")
        );
    }

    [Test]
    public async Task One_session_at_a_time_finds_out_whether_a_target_is_back()
    {
        using var hole = await BlackHole.DigAsync();
        using var second = Wire.Listen();
        await using var pair = await StartAsync(To(TargetPolicy.Failover, hole.EndPoint.Port, second.EndPoint().Port));
        using var first = await pair.DialAsync();
        using var target = await _time.RunUntilAsync(second.AcceptSoonAsync());
        await first.PassAsync(target, _words);
        _time.Advance(_rest);

        // This one waits at the silent target, and the next does not.
        using var waiting = await pair.DialAsync();
        await Eventually.HoldsAsync(
            () => pair.Server!.Plan.Forward.All[0].Sessions == 1,
            () => "nobody tries the silent one"
        );
        await pair.VisitAsync(second);
        Assert.That(pair.Server!.Plan.Forward.All[0].Sessions, Is.EqualTo(1));
    }

    [Test]
    public async Task A_silent_target_costs_a_part_of_the_time_for_connecting_and_then_the_next_is_tried()
    {
        using var hole = await BlackHole.DigAsync();
        using var second = Wire.Listen();
        await using var pair = await StartAsync(To(TargetPolicy.Failover, hole.EndPoint.Port, second.EndPoint().Port));
        var start = _time.GetTimestamp();
        using var application = await pair.DialAsync();

        using var target = await _time.RunUntilAsync(second.AcceptSoonAsync());

        var took = _time.GetElapsedTime(start);
        await application.PassAsync(target, _words);
        Assert.That(took.TotalSeconds, Is.GreaterThanOrEqualTo(30).And.LessThan(60));
        Assert.That(pair.LinesWith("unhealthy").Single(), Does.Contain("within 30 s (its share of timeouts.connect)"));
        start = _time.GetTimestamp();
        await pair.VisitAsync(second);
        Assert.That(_time.GetElapsedTime(start), Is.EqualTo(TimeSpan.Zero), "the next session does not wait for it");
    }

    [Test]
    public async Task The_client_hears_of_it_only_when_all_have_failed()
    {
        var (one, two) = (Wire.FreePort(), Wire.FreePort());
        await using var pair = await StartAsync(To(TargetPolicy.RoundRobin, one, two));

        Assert.That(await pair.VisitAsync(), Is.EqualTo(SocketError.ConnectionReset));

        var client = await _time.RunUntilAsync(pair.ClientClosedAsync());
        Assert.That(client.Detail, Does.StartWith("the server answered: the target is not reachable; "));
        var server = await _time.RunUntilAsync(pair.ClosedAsync(Address(two)));
        Assert.That(server.Reason, Is.EqualTo("unreachable"));
        Assert.That(
            server.Detail,
            Does.Match($"^{Address(one)}: [^;]*refused.*; {Address(two)}: [^;]*refused"),
            server.ToString()
        );
        Assert.That(pair.LinesWith("is unhealthy, the others are tried first"), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Round_robin_gives_each_target_the_same_number_of_sessions()
    {
        using var one = Wire.Listen();
        using var two = Wire.Listen();
        var dead = Wire.FreePort();
        await using var pair = await StartAsync(
            To(TargetPolicy.RoundRobin, one.EndPoint().Port, dead, two.EndPoint().Port)
        );

        for (var round = 0; round < 4; round++)
        {
            await pair.VisitAsync(one);
            await pair.VisitAsync(two);
        }

        Assert.That((one.HasVisitor(), two.HasVisitor()), Is.EqualTo((false, false)));
        using var three = Wire.Listen(dead);
        _time.Advance(_rest);
        await pair.VisitAsync(one);
        await pair.VisitAsync(three);
        await pair.VisitAsync(two);
    }

    [Test]
    public async Task Least_connections_prefers_the_target_whose_sessions_have_ended()
    {
        using var one = Wire.Listen();
        using var two = Wire.Listen();
        await using var pair = await StartAsync(
            To(TargetPolicy.LeastConnections, one.EndPoint().Port, two.EndPoint().Port)
        );
        var short1 = await pair.OpenAsync(one);
        var long1 = await pair.OpenAsync(two);
        var short2 = await pair.OpenAsync(one);
        var long2 = await pair.OpenAsync(two);
        Assert.That(Sessions(pair), Is.EqualTo([2, 2]));

        await EndAsync(short1.Application, short1.Target);
        await EndAsync(short2.Application, short2.Target);
        await _time.HaveSessionsAsync(pair.Server!, 0, 2);

        var third = await pair.OpenAsync(one);
        var fourth = await pair.OpenAsync(one);
        var fifth = await pair.OpenAsync(two);
        Assert.That(Sessions(pair), Is.EqualTo([2, 3]));
        foreach (var (application, target) in new[] { long1, long2, third, fourth, fifth })
        {
            await EndAsync(application, target);
        }

        await _time.HaveSessionsAsync(pair.Server!, 0, 0);
    }

    [Test]
    public async Task A_name_with_several_addresses_is_one_target_and_is_looked_up_each_time()
    {
        using var live = Wire.Listen();
        await using var pair = await StartAsync(
            To(
                TargetPolicy.Failover,
                new TargetSettings(new HostPort("nowhere.invalid", 1)),
                new TargetSettings(new HostPort("localhost", Wire.FreePort())),
                new TargetSettings(new HostPort("localhost", live.EndPoint().Port))
            )
        );

        await pair.VisitAsync(live);
        await pair.VisitAsync(live);

        Assert.That(
            (await _time.RunUntilAsync(pair.ClosedAsync($"localhost:{live.EndPoint().Port}"))).Reason,
            Is.EqualTo("eof")
        );
        Assert.That(pair.LinesWith("unhealthy"), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_Unix_socket_takes_the_place_of_a_target_that_is_down()
    {
        using var files = new TempDirectory();
        using var local = Wire.ListenUnix(files.File("target"));
        await using var pair = await StartAsync(
            To(
                TargetPolicy.Failover,
                new TargetSettings(new HostPort("127.0.0.1", Wire.FreePort())),
                new TargetSettings(new UnixAddress(files.File("target")))
            )
        );

        await pair.VisitAsync(local);

        Assert.That(
            (await _time.RunUntilAsync(pair.ClosedAsync($"unix:{files.File("target")}"))).Reason,
            Is.EqualTo("eof")
        );
    }

    private static int[] Sessions(Pair pair) => [.. pair.Server!.Plan.Forward.All.Select(target => target.Sessions)];

    private Task<Pair> StartAsync(ForwardSettings forward) =>
        Pair.StartAsync(
            PairOptions.With(_timeouts, _time) with
            {
                Server = settings => settings with { Forward = forward, Timeouts = _timeouts },
            }
        );
}
