using System.Net.Sockets;
using NLog;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Opening;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Behaviour;

/// <summary>A server whose limits are reached: who waits, who is told to come back, and when he does.</summary>
public sealed class LimitTests(BackendPair backends) : BehaviourTests(backends)
{
    private static readonly byte[] _words = "some words"u8.ToArray();

    [Test]
    public async Task A_session_that_finds_no_place_gets_the_next_one()
    {
        await using var pair = await Pair.StartAsync(With(new() { SessionsPerIdentity = 1 }));
        var (first, firstTarget) = await pair.OpenAsync();
        using var second = await pair.DialAsync();
        await second.SendAllAsync(_words);
        await Eventually.HoldsAsync(() => pair.Server!.Admission.Waiting == 1, () => "it does not wait");
        Assert.That(pair.Target.HasVisitor(), Is.False, "the target hears of it before it has a place");

        Close(first, firstTarget);
        using var target = await pair.Target.AcceptSoonAsync();
        Assert.That(await target.ReadExactlyAsync(_words.Length), Is.EqualTo(_words));
        Close(second, target);
        Assert.That(pair.Server!.Admission.TurnedAway, Is.Zero);
    }

    [Test]
    public async Task After_a_second_it_is_told_which_limit_and_comes_back_when_it_was_asked_to()
    {
        var options = With(new() { Sessions = 1 });
        await using var pair = await Pair.StartAsync(
            options with
            {
                Client = settings => settings with { Reconnect = PairOptions.Patient },
            }
        );
        var (first, firstTarget) = await pair.OpenAsync();
        using var second = await pair.DialAsync();
        await second.SendAllAsync(_words);

        var line = await pair.LineAsync(line => line.FormattedMessage.Contains("attempt 1 failed"));
        Assert.That(line.FormattedMessage, Does.Contain("reason=busy").And.Contain("limits.sessions is reached"));
        // It was asked for a second and adds up to half of that; by itself it would come back after 20 ms at most.
        var wait = Convert.ToDouble(line.Properties["retry_in_ms"], System.Globalization.CultureInfo.InvariantCulture);
        Assert.That(wait, Is.InRange(1000, 1500));
        var turnedAway = await pair.ServerClosedAsync();
        Assert.That((turnedAway.Reason, turnedAway.ClosedBy), Is.EqualTo(("busy", "tunnel")), turnedAway.ToString());
        Assert.That((turnedAway.Level, turnedAway.Identity), Is.EqualTo((LogLevel.Warn, "client")));

        Close(first, firstTarget);
        using var target = await pair.Target.AcceptSoonAsync();
        Assert.That(await target.ReadExactlyAsync(_words.Length), Is.EqualTo(_words));
        Close(second, target);
    }

    [Test]
    public async Task One_that_does_not_come_back_says_why()
    {
        await using var pair = await Pair.StartAsync(With(new() { SessionsPerIdentity = 1 }));
        var (first, firstTarget) = await pair.OpenAsync();

        Assert.That(await pair.VisitAsync(_words), Is.EqualTo(SocketError.ConnectionReset));

        var session = await pair.ClientClosedAsync();
        Assert.That((session.Reason, session.ClosedBy), Is.EqualTo(("busy", "server")), session.ToString());
        Assert.That(session.Detail, Does.Contain("limits.sessions_per_identity is reached"));
        Close(first, firstTarget);
    }

    [Test]
    public async Task Whoever_leaves_while_he_waits_takes_nobody_s_place()
    {
        await using var pair = await Pair.StartAsync(With(new() { Sessions = 1 }));
        var (first, firstTarget) = await pair.OpenAsync();
        using (var second = await pair.DialAsync())
        {
            await second.SendAllAsync(_words);
            await Eventually.HoldsAsync(() => pair.Server!.Admission.Waiting == 1, () => "it does not wait");
            second.Close(0);
        }

        await Eventually.HoldsAsync(() => pair.Server!.Admission.Waiting == 0, () => "it still waits");
        Close(first, firstTarget);
        var (third, thirdTarget) = await pair.OpenAsync();
        await third.PassAsync(thirdTarget, _words);
        Close(third, thirdTarget);
    }

    [Test]
    public async Task A_look_whether_the_port_is_open_needs_no_place()
    {
        await using var pair = await Pair.StartAsync(With(new() { Sessions = 1 }));
        var (first, firstTarget) = await pair.OpenAsync();
        for (var look = 0; look < 5; look++)
        {
            using var probe = await Wire.DialAsync(pair.Server!.Endpoints[0]);
        }

        Assert.That((pair.Server!.Admission.Waiting, pair.Server.Admission.TurnedAway), Is.EqualTo((0, 0)));
        Close(first, firstTarget);
    }

    [Test]
    public async Task A_reload_that_raises_a_limit_lets_in_who_waits()
    {
        await using var pair = await Pair.StartAsync(With(new() { Sessions = 1 }));
        var (first, firstTarget) = await pair.OpenAsync();
        using var second = await pair.DialAsync();
        await second.SendAllAsync(_words);
        await Eventually.HoldsAsync(() => pair.Server!.Admission.Waiting == 1, () => "it does not wait");

        pair.Server!.Plan = pair.Server.Plan with { Limits = new() { Sessions = 2 } };

        using var target = await pair.Target.AcceptSoonAsync();
        Assert.That(await target.ReadExactlyAsync(_words.Length), Is.EqualTo(_words));
        Close(second, target);
        Close(first, firstTarget);
    }

    [Test]
    public async Task A_reload_changes_how_many_strangers_there_may_be()
    {
        await using var pair = await Pair.StartAsync(With(new() { Strangers = 10 }));
        var limits = pair.Server!.Strangers!.Limits;

        pair.Server.Plan = pair.Server.Plan with
        {
            Limits = new() { Strangers = 5, StrangersPerSource = 2 },
        };

        Assert.That((limits.All, limits.PerSource), Is.EqualTo((10, 64)));
        limits = pair.Server.Strangers.Limits;
        Assert.That((limits.All, limits.PerSource), Is.EqualTo((5, 2)));
    }

    [Test]
    public async Task An_identity_carries_no_more_in_a_second_than_it_may([Values] bool up)
    {
        const int bytes = 4 << 20;
        var time = new ManualTime();
        await using var pair = await Pair.StartAsync(With(new() { BytesPerSecond = 1 << 20 }) with { Time = time });
        var (application, target) = await pair.OpenAsync();
        var data = new byte[bytes];
        new Random(1).NextBytes(data);
        var began = time.GetTimestamp();
        var (from, to) = up ? (application, target) : (target, application);

        var sending = from.SendAllAsync(data);
        var came = await time.RunUntilAsync(to.ReadExactlyAsync(bytes));
        await sending;

        Assert.That(came, Is.EqualTo(data));
        // A fifth of a second is saved up, and the last chunk is paid for when it has gone.
        Assert.That(
            time.GetElapsedTime(began),
            Is.InRange(TimeSpan.FromSeconds(3.5), TimeSpan.FromSeconds(60)),
            "how long 4 MiB have taken at 1 MiB a second"
        );
        Close(application, target);
    }

    [Test]
    public async Task A_session_that_is_held_back_is_not_idle_and_ends_at_once_when_it_is_cut()
    {
        var time = new ManualTime();
        var options = With(new() { BytesPerSecond = 1000 });
        await using var pair = await Pair.StartAsync(
            options with
            {
                Server = settings =>
                    options.Server(settings) with
                    {
                        Timeouts = new() { Idle = TimeSpan.FromSeconds(2) },
                    },
                Time = time,
            }
        );
        var (application, target) = await pair.OpenAsync();
        await application.SendAllAsync(new byte[10_000]);
        await target.ReadExactlyAsync(10_000);
        await application.SendAllAsync(_words);

        // Ten seconds have to pass; without the limit it would have been idle after two.
        Assert.That(await time.RunUntilAsync(target.ReadExactlyAsync(_words.Length)), Is.EqualTo(_words));
        await application.SendAllAsync(new byte[10_000]);
        await target.ReadExactlyAsync(10_000);
        pair.Server!.CutAll();
        Assert.That(await time.RunUntilAsync(target.EndAsync()), Is.EqualTo(SocketError.ConnectionReset));
        Close(application, target);
    }

    [TestCase("1500 limits.sessions", 1500, "limits.sessions")]
    [TestCase("0 x", 0, "x")]
    [TestCase("60000 x", 60_000, "x")]
    [TestCase("60001 x", 0, "60001 x")]
    [TestCase("99999999999 x", 0, "99999999999 x")]
    [TestCase("-1 x", 0, "-1 x")]
    [TestCase("soon", 0, "soon")]
    [TestCase("", 0, "")]
    public void What_a_server_asks_for_is_taken_if_it_makes_sense(string text, int ms, string limit) =>
        Assert.That(
            new Greeting(GreetingCode.Busy, text).ReadBusy(),
            Is.EqualTo((TimeSpan.FromMilliseconds(ms), limit))
        );

    private static PairOptions With(LimitSettings limits) =>
        new() { Server = settings => settings with { Limits = limits } };

    private static void Close(params Socket[] sockets)
    {
        foreach (var socket in sockets)
        {
            socket.Dispose();
        }
    }
}
