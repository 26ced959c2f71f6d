using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Behaviour;

/// <summary>Clients whose ClientHello the server cannot answer yet, because it is busy with those of others.</summary>
public sealed class HandshakeTurnTests(BackendPair backends) : BehaviourTests(backends)
{
    private static readonly byte[] _words = "some words"u8.ToArray();

    private HandshakeTurns _turns = null!;

    [SetUp]
    public void Make() => _turns = new HandshakeTurns(most: 1);

    [Test]
    public async Task Whoever_waits_is_served_when_it_is_his_turn_and_the_next_after_him()
    {
        await TakeTheTurnAsync();
        await using var pair = await Pair.StartAsync(new() { ServerTurns = _turns });
        var both = new[] { PassAsync(pair), PassAsync(pair) };
        await WaitersAsync(2);
        Assert.That(pair.Server!.Strangers!.Count, Is.EqualTo(2), "whoever waits is not known yet");

        _turns.Leave();

        await Task.WhenAll(both).WaitAsync(Wire.Patience);
        Assert.That(_turns.Waiting, Is.Zero);
        await TakeTheTurnAsync().WaitAsync(Wire.Patience);
    }

    [Test]
    public async Task A_client_that_never_answers_keeps_nobody_waiting()
    {
        await using var pair = await Pair.StartAsync(new() { ServerTurns = _turns });
        using var silent = await Wire.DialAsync(pair.Server!.Endpoints[0]);
        await silent.SendAllAsync(await ClientHello.BytesAsync());
        await silent.ReadExactlyAsync(1);

        await PassAsync(pair);
    }

    [Test]
    public async Task Whoever_leaves_while_he_waits_costs_no_turn()
    {
        await TakeTheTurnAsync();
        await using var pair = await Pair.StartAsync(new() { ServerTurns = _turns });
        using (var leaver = await Wire.DialAsync(pair.Server!.Endpoints[0]))
        {
            await leaver.SendAllAsync(await ClientHello.BytesAsync());
            await WaitersAsync(1);
            leaver.Close(0);
        }

        _turns.Leave();

        var session = await pair.ServerClosedAsync();
        Assert.That((session.Reason, session.ClosedBy), Is.EqualTo(("handshake_failed", "client")));
        Assert.That(session.Detail, Does.Contain("while it waited"));
        await PassAsync(pair);
    }

    [Test]
    public async Task The_time_for_a_handshake_runs_while_it_waits()
    {
        var time = new ManualTime();
        await TakeTheTurnAsync();
        await using var pair = await Pair.StartAsync(
            PairOptions.With(new TimeoutSettings { Handshake = TimeSpan.FromSeconds(5) }, time) with
            {
                ServerTurns = _turns,
            }
        );
        using var client = await Wire.DialAsync(pair.Server!.Endpoints[0]);
        await client.SendAllAsync(await ClientHello.BytesAsync());
        await WaitersAsync(1);

        Assert.That(await time.RunUntilAsync(client.EndAsync()), Is.EqualTo(SocketError.ConnectionReset));

        var session = await pair.ServerClosedAsync();
        Assert.That(session.Reason, Is.EqualTo("handshake_timeout"), session.ToString());
        Assert.That(session.Detail, Does.Contain("busy with the handshakes of others"));
        Assert.That(_turns.Waiting, Is.Zero);
        _turns.Leave();
        await TakeTheTurnAsync().WaitAsync(Wire.Patience);
    }

    [Test]
    public async Task A_server_that_stops_does_not_wait_for_those_who_wait()
    {
        await TakeTheTurnAsync();
        await using (var pair = await Pair.StartAsync(new() { ServerTurns = _turns }))
        {
            using var client = await Wire.DialAsync(pair.Server!.Endpoints[0]);
            await client.SendAllAsync(await ClientHello.BytesAsync());
            await WaitersAsync(1);
            await pair.Server.DrainAsync(TimeSpan.Zero).WaitAsync(Wire.Patience);
        }

        Assert.That(_turns.Waiting, Is.Zero);
    }

    private async Task TakeTheTurnAsync() => Assert.That(await _turns.EnterAsync(0, _ => { }), Is.True);

    private Task WaitersAsync(int count) =>
        Eventually.HoldsAsync(() => _turns.Waiting == count, () => $"{_turns.Waiting} wait");

    private static async Task PassAsync(Pair pair)
    {
        var (application, target) = await pair.OpenAsync();
        await application.PassAsync(target, _words);
        application.Dispose();
        target.Dispose();
    }
}
