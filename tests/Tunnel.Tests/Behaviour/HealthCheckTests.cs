using System.Net.Sockets;
using NLog;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;
using static Tunnel.Tests.TestKit.Forwards;

namespace Tunnel.Tests.Behaviour;

/// <summary>A look at each target at an interval finds out what no session has found out.</summary>
public sealed class HealthCheckTests(BackendPair backends) : BehaviourTests(backends)
{
    // The clock runs fifty times as fast as the machine: a look that finds a target must have time for it.
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(60);

    private static readonly TimeoutSettings _timeouts = new() { Connect = _interval, Handshake = _interval };

    private ManualTime _time = null!;

    [SetUp]
    public void StopTheClock() => _time = new ManualTime();

    [Test]
    public async Task It_finds_a_target_that_is_down_before_a_session_does_and_one_that_is_back()
    {
        var port = Wire.FreePort();
        using var second = Wire.Listen();
        await using var pair = await StartAsync(port, second.EndPoint().Port);

        await LineAsync(pair, $"target {Address(port)} is unhealthy");
        (await _time.RunUntilAsync(second.AcceptSoonAsync())).Dispose();
        await pair.VisitThroughAsync(second);
        Assert.That(pair.LinesWith("goes to the next target"), Is.Empty, "the session knew");

        using var first = Wire.Listen(port);
        await LineAsync(pair, $"target {Address(port)} is healthy again");
        await pair.VisitThroughAsync(first);
        Assert.That(pair.LinesWith("healthy"), Is.Empty, "one line for each change");
    }

    [Test]
    public async Task It_finds_a_silent_target_within_its_interval()
    {
        using var hole = await BlackHole.DigAsync();
        using var second = Wire.Listen();
        await using var pair = await StartAsync(hole.EndPoint.Port, second.EndPoint().Port);
        var start = _time.GetTimestamp();

        await LineAsync(pair, $"target {Address(hole.EndPoint.Port)} is unhealthy");

        Assert.That(_time.GetElapsedTime(start), Is.LessThan(2 * _interval));
        start = _time.GetTimestamp();
        await pair.VisitThroughAsync(second);
        Assert.That(_time.GetElapsedTime(start), Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public async Task It_does_not_call_a_server_healthy_that_accepts_connections_and_no_session()
    {
        using var silent = Wire.Listen();
        await using var pair = await Pair.StartAsync(
            PairOptions.With(_timeouts, _time) with
            {
                Client = settings =>
                    settings with
                    {
                        Forward = To(TargetPolicy.Failover, silent.EndPoint().Port, settings.Forward.Only().Port()) with
                        {
                            HealthCheckInterval = _interval,
                        },
                        Timeouts = _timeouts,
                    },
            }
        );
        using var application = await pair.DialAsync();
        using var target = await _time.RunUntilAsync(pair.Target.AcceptSoonAsync());
        await LineAsync(pair, $"target {Address(silent.EndPoint().Port)} is unhealthy");

        for (var looks = 0; looks < 3; looks++)
        {
            // Those before it are in the queue.
            await DrainAsync(silent);
            (await _time.RunUntilAsync(silent.AcceptSoonAsync())).Dispose();
        }

        Assert.That(pair.LinesWith("healthy again"), Is.Empty);
        Assert.That(pair.Client.Plan.Forward.All[0].Health.IsHealthy, Is.False);
    }

    [Test]
    public async Task It_ends_with_the_tunnel_and_with_a_plan_that_wants_none()
    {
        using var only = Wire.Listen();
        await using var pair = await StartAsync(only.EndPoint().Port);
        (await _time.RunUntilAsync(only.AcceptSoonAsync())).Dispose();

        pair.Server!.Plan = pair.Server.Plan with
        {
            Forward = new(To(TargetPolicy.Failover, only.EndPoint().Port), _time.GetUtcNow()),
        };
        await Eventually.SettlesAsync(() => _time.GetTimestamp());
        await DrainAsync(only);
        _time.Advance(3 * _interval);
        await Eventually.SettlesAsync(() => only.HasVisitor() ? 1 : 0);
        Assert.That(only.HasVisitor(), Is.False);
    }

    private static async Task DrainAsync(Socket listener)
    {
        while (listener.HasVisitor())
        {
            (await listener.AcceptSoonAsync()).Dispose();
        }
    }

    private Task<LogEventInfo> LineAsync(Pair pair, string words) =>
        _time.RunUntilAsync(pair.LineAsync(line => line.FormattedMessage.StartsWith(words, StringComparison.Ordinal)));

    private Task<Pair> StartAsync(params IEnumerable<int> ports) =>
        Pair.StartAsync(
            PairOptions.With(_timeouts, _time) with
            {
                Server = settings =>
                    settings with
                    {
                        Forward = To(TargetPolicy.Failover, ports) with { HealthCheckInterval = _interval },
                        Timeouts = _timeouts,
                    },
            }
        );
}
