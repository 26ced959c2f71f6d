using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Behaviour;

/// <summary>
/// Each timeout fires when it should, cuts both sides visibly, and spares what is slow but alive. The clock is the
/// test's own, so nothing here depends on how fast the machine is.
/// </summary>
public sealed class TimeoutTests(BackendPair backends) : BehaviourTests(backends)
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan _nearly = TimeSpan.FromSeconds(6);
    private static readonly byte[] _words = "some words"u8.ToArray();

    private readonly ManualTime _time = new();

    [Test]
    public async Task A_target_that_does_not_answer_is_given_up_and_the_application_sees_RST()
    {
        using var hole = await BlackHole.DigAsync();
        var options = PairOptions.With(new TimeoutSettings { Connect = _limit }, _time) with
        {
            Server = settings =>
                settings with
                {
                    Forward = new HostPort("127.0.0.1", hole.EndPoint.Port),
                    Timeouts = new TimeoutSettings { Connect = _limit },
                },
        };
        await using var pair = await Pair.StartAsync(options);
        using var application = await pair.DialAsync();

        var session = await _time.RunUntilAsync(pair.ServerClosedAsync());

        Assert.That((session.Reason, session.ClosedBy), Is.EqualTo(("connect_timeout", "target")), session.ToString());
        Assert.That(await application.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        Assert.That((await pair.ClientClosedAsync()).Reason, Is.EqualTo("unreachable"));
    }

    [Test]
    public async Task A_server_that_does_not_answer_is_given_up_and_the_application_sees_RST()
    {
        using var hole = await BlackHole.DigAsync();
        await using var pair = await Pair.StartAsync(ClientOnly(hole.EndPoint.Port));
        using var application = await pair.DialAsync();

        var session = await _time.RunUntilAsync(pair.ClientClosedAsync());

        Assert.That((session.Reason, session.ClosedBy), Is.EqualTo(("connect_timeout", "server")), session.ToString());
        Assert.That(await application.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
    }

    [Test]
    public async Task A_server_that_accepts_and_says_nothing_is_given_up()
    {
        using var mute = Wire.Listen();
        await using var pair = await Pair.StartAsync(ClientOnly(mute.EndPoint().Port));
        using var application = await pair.DialAsync();
        using var accepted = await mute.AcceptSoonAsync();

        var session = await _time.RunUntilAsync(pair.ClientClosedAsync());

        Assert.That(
            (session.Reason, session.ClosedBy),
            Is.EqualTo(("handshake_timeout", "server")),
            session.ToString()
        );
        Assert.That(await application.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
    }

    [Test]
    public async Task A_client_that_says_nothing_is_cut()
    {
        await using var pair = await Pair.StartAsync(
            PairOptions.With(new TimeoutSettings { Handshake = _limit }, _time)
        );
        using var silent = await Wire.DialAsync(pair.Server!.Endpoints[0]);

        var session = await _time.RunUntilAsync(pair.ServerClosedAsync());

        Assert.That(session.Reason, Is.EqualTo("handshake_timeout"), session.ToString());
        Assert.That(await silent.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
    }

    [Test]
    public async Task A_client_that_drips_a_valid_hello_is_cut_at_the_same_total_deadline()
    {
        await using var pair = await Pair.StartAsync(
            PairOptions.With(new TimeoutSettings { Handshake = _limit }, _time)
        );
        using var slow = await Wire.DialAsync(pair.Server!.Endpoints[0]);
        await pair.StateAsync("securing");
        var hello = await ClientHello.BytesAsync();
        var closed = pair.ServerClosedAsync();

        // Each byte well within the timeout, together far beyond it, and yet only a part of the hello.
        foreach (var piece in hello.Chunk(hello.Length / 10).Take(9).TakeWhile(_ => !closed.IsCompleted))
        {
            try
            {
                await slow.SendAllAsync(piece);
            }
            catch (SocketException)
            {
                break;
            }

            _time.Advance(_limit / 4);
        }

        Assert.That((await closed).Reason, Is.EqualTo("handshake_timeout"));
    }

    [Test]
    public async Task A_connection_on_which_nothing_flows_is_cut_on_both_sides()
    {
        await using var pair = await Pair.StartAsync(PairOptions.With(new TimeoutSettings { Idle = _limit }, _time));
        var (application, target) = await pair.OpenAsync();
        await application.PassAsync(target, _words);
        await pair.TakenAsync();

        var session = await _time.RunUntilAsync(pair.ServerClosedAsync());

        Assert.That((session.Reason, session.ClosedBy), Is.EqualTo(("idle_timeout", "tunnel")), session.ToString());
        Assert.That(await application.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        Assert.That(await target.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
    }

    [Test]
    public async Task Traffic_in_one_direction_keeps_a_connection_from_being_idle([Values] bool fromApplication)
    {
        await using var pair = await Pair.StartAsync(PairOptions.With(new TimeoutSettings { Idle = _limit }, _time));
        var (application, target) = await pair.OpenAsync();
        var (from, to) = fromApplication ? (application, target) : (target, application);

        for (var i = 0; i < 5; i++)
        {
            await from.PassAsync(to, _words);
            await pair.TakenAsync();
            _time.Advance(_nearly);
        }

        await from.PassAsync(to, _words);
        await pair.TakenAsync();
        Assert.That((await _time.RunUntilAsync(pair.ServerClosedAsync())).Reason, Is.EqualTo("idle_timeout"));
    }

    [Test]
    public async Task Without_an_idle_timeout_a_quiet_connection_lives()
    {
        await using var pair = await Pair.StartAsync(PairOptions.With(new TimeoutSettings(), _time));
        var (application, target) = await pair.OpenAsync();
        await application.PassAsync(target, _words);
        await pair.TakenAsync();

        _time.Advance(TimeSpan.FromHours(8));

        await target.PassAsync(application, _words);
    }

    [Test]
    public async Task A_peer_that_takes_nothing_is_cut_on_both_sides([Values] bool fromApplication)
    {
        await using var pair = await Pair.StartAsync(PairOptions.With(new TimeoutSettings { Write = _limit }, _time));
        var (application, target) = await pair.OpenAsync();
        var (from, to) = fromApplication ? (application, target) : (target, application);
        var flood = new Pattern(1).SendAsync(from, long.MaxValue, _ => { });

        var first = await _time.RunUntilAsync(fromApplication ? pair.ServerClosedAsync() : pair.ClientClosedAsync());

        Assert.That((first.Reason, first.ClosedBy), Is.EqualTo(("write_timeout", "tunnel")), first.ToString());
        Assert.That(first.Detail, Does.Contain("took nothing"));
        Assert.That(await to.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        await Assert.ThrowsAsync<SocketException>(() => flood.WaitAsync(Wire.Patience));
    }

    [Test]
    public async Task A_reader_that_takes_something_every_now_and_then_is_not_cut([Values] bool fromApplication)
    {
        await using var pair = await Pair.StartAsync(PairOptions.With(new TimeoutSettings { Write = _limit }, _time));
        var (application, target) = await pair.OpenAsync();
        var (from, to) = fromApplication ? (application, target) : (target, application);
        long sent = 0;
        var flood = new Pattern(2).SendAsync(from, 256 * 1024 * 1024, bytes => Volatile.Write(ref sent, bytes));

        await Eventually.SettlesAsync(() => Volatile.Read(ref sent));

        for (var i = 0; i < 4; i++)
        {
            // So much that the sender gets on, however much the system keeps in between.
            for (var before = Volatile.Read(ref sent); Volatile.Read(ref sent) == before; )
            {
                await to.ReadExactlyAsync(1024 * 1024);
            }

            // All the way through, before the clock goes on: what moves late would be taken for the next round's
            // progress.
            await Eventually.SettlesAsync(() => Volatile.Read(ref sent));
            _time.Advance(_nearly);
        }

        Assert.That(pair.Lines().Where(line => line.Properties.ContainsKey("closed_by")), Is.Empty);
        Assert.That(flood.IsCompleted, Is.False, "it was stopped all the time");
        to.Reset();
        await Assert.ThrowsAsync<SocketException>(() => flood.WaitAsync(Wire.Patience));
    }

    [Test]
    public async Task A_write_that_moves_is_not_cut_however_long_it_takes()
    {
        // Only the server's timeout: the client sees its own peer take nothing until this one write has ended.
        var options = PairOptions.With(new TimeoutSettings { Write = null }, _time) with
        {
            Server = settings => settings with { Timeouts = new TimeoutSettings { Write = _limit } },
        };
        await using var pair = await Pair.StartAsync(options);
        pair.Target.ReceiveBufferSize = 64 * 1024;
        var (application, target) = await pair.OpenAsync();
        long sent = 0;
        var flood = new Pattern(7).SendAsync(application, long.MaxValue, bytes => Volatile.Write(ref sent, bytes));
        await Eventually.SettlesAsync(() => Volatile.Read(ref sent));

        for (var i = 0; i < 4; i++)
        {
            // More than the reader's system holds, so the server's system has passed some on; less than wakes a writer.
            await target.ReadExactlyAsync(256 * 1024);
            _time.Advance(_nearly);
        }

        Assert.That(pair.Lines().Where(line => line.Properties.ContainsKey("closed_by")), Is.Empty);
        target.Reset();
        await Assert.ThrowsAsync<SocketException>(() => flood.WaitAsync(Wire.Patience));
    }

    private PairOptions ClientOnly(int server) =>
        new()
        {
            StartServer = false,
            Time = _time,
            Client = settings =>
                settings with
                {
                    Forward = new HostPort("127.0.0.1", server),
                    Timeouts = new TimeoutSettings { Connect = _limit, Handshake = _limit },
                },
        };
}
