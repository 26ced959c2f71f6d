using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Behaviour;

/// <summary>All connections of client and server inside one machine: bytes, ends and limits are those of TCP.</summary>
public sealed class UnixTests(BackendPair backends) : BehaviourTests(backends)
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan _nearly = TimeSpan.FromSeconds(6);
    private static readonly byte[] _words = "some words"u8.ToArray();
    private static readonly PairOptions _unix = new() { IsUnix = true };

    private readonly ManualTime _time = new();

    [Test]
    public async Task Bulk_both_ways_through_small_buffers_is_unharmed_and_ends_in_order()
    {
        const int bytes = 5_000_000;
        await using var pair = await Pair.StartAsync(_unix);
        var (application, target) = await pair.OpenAsync();
        application.SendBufferSize = target.SendBufferSize = 4096;

        await Task.WhenAll(StreamAsync(application, target, 1), StreamAsync(target, application, 2));

        var client = await pair.ClientClosedAsync();
        Assert.That((client.Reason, client.Sent, client.Received), Is.EqualTo(("eof", (long)bytes, (long)bytes)));
        var server = await pair.ServerClosedAsync();
        Assert.That((server.Reason, server.Sent, server.Received), Is.EqualTo(("eof", (long)bytes, (long)bytes)));

        static async Task StreamAsync(Socket from, Socket to, int seed)
        {
            var pattern = new Pattern(seed);
            var checking = pattern.CheckAsync(to);
            await pattern.SendAsync(from, bytes, _ => { });
            from.Shutdown(SocketShutdown.Send);
            Assert.That(await checking, Is.EqualTo(bytes));
        }
    }

    [Test]
    public async Task The_side_that_has_ended_still_gets_its_answer([Values] bool asksApplication)
    {
        await using var pair = await Pair.StartAsync(_unix);
        var (application, target) = await pair.OpenAsync();
        var (asks, answers) = asksApplication ? (application, target) : (target, application);

        await asks.SendAllAsync(_words);
        asks.Shutdown(SocketShutdown.Send);
        Assert.That(await answers.ReadToEndAsync(), Is.EqualTo(_words));
        await answers.SendAllAsync(_words);
        answers.Shutdown(SocketShutdown.Send);

        Assert.That(await asks.ReadToEndAsync(), Is.EqualTo(_words));
        Assert.That((await pair.ServerClosedAsync()).Reason, Is.EqualTo("eof"));
        Assert.That((await pair.ClientClosedAsync()).Reason, Is.EqualTo("eof"));
    }

    [Test]
    public async Task Who_leaves_bytes_unread_has_broken_off_and_the_other_side_can_send_no_more(
        [Values] bool fromApplication
    )
    {
        await using var pair = await Pair.StartAsync(_unix);
        var (application, target) = await pair.OpenAsync();
        var (from, to) = fromApplication ? (application, target) : (target, application);
        await from.SendAllAsync(_words);
        await to.SendAllAsync(_words);
        Assert.That(await to.ReadExactlyAsync(_words.Length), Is.EqualTo(_words));
        await Eventually.HoldsAsync(() => from.Available == _words.Length, () => "nothing came");

        from.Dispose();

        var session = await (fromApplication ? pair.ClientClosedAsync() : pair.ServerClosedAsync());
        Assert.That(
            (session.Reason, session.ClosedBy),
            Is.EqualTo(("reset", fromApplication ? "application" : "target")),
            session.ToString()
        );
        var other = await (fromApplication ? pair.ServerClosedAsync() : pair.ClientClosedAsync());
        Assert.That(other.Reason, Is.AnyOf("reset", "truncated"), "SslStream has no alert for it");
        await Assert.ThrowsAsync<SocketException>(() => new Pattern(1).SendAsync(to, long.MaxValue, _ => { }));
    }

    [Test]
    public async Task A_cut_is_an_error_for_an_application_whose_bytes_were_not_read()
    {
        var brief = PairOptions.Patient with { MaxElapsed = TimeSpan.FromSeconds(0.4) };
        await using var pair = await Pair.StartAsync(
            _unix with
            {
                StartServer = false,
                Client = settings => settings with { Reconnect = brief },
            }
        );
        Assert.That(await pair.VisitAsync(_words), Is.EqualTo(SocketError.ConnectionReset));
        Assert.That((await pair.ClientClosedAsync()).Reason, Is.EqualTo("unreachable"));
    }

    [Test]
    public async Task What_nobody_has_read_yet_ends_nothing()
    {
        await using var pair = await Pair.StartAsync(With(new TimeoutSettings { Write = _limit }));
        var (application, target) = await pair.OpenAsync();
        await target.SendAllAsync(_words);
        await Eventually.HoldsAsync(() => application.Available == _words.Length, () => "nothing came");

        _time.Advance(_limit * 10);

        await application.PassAsync(target, _words);
        Assert.That(await application.ReadExactlyAsync(_words.Length), Is.EqualTo(_words));
    }

    [Test]
    public async Task A_peer_that_takes_nothing_is_cut([Values] bool fromApplication)
    {
        await using var pair = await Pair.StartAsync(With(new TimeoutSettings { Write = _limit }));
        var (application, target) = await pair.OpenAsync();
        var (from, to) = fromApplication ? (application, target) : (target, application);
        var flood = new Pattern(1).SendAsync(from, long.MaxValue, _ => { });

        var first = await _time.RunUntilAsync(fromApplication ? pair.ServerClosedAsync() : pair.ClientClosedAsync());

        Assert.That((first.Reason, first.ClosedBy), Is.EqualTo(("write_timeout", "tunnel")), first.ToString());
        await Assert.ThrowsAsync<SocketException>(() => flood.WaitAsync(Wire.Patience));
        GC.KeepAlive(to);
    }

    [Test]
    public async Task A_reader_that_takes_a_little_now_and_then_is_not_cut()
    {
        var options = With(new TimeoutSettings { Write = null }) with
        {
            Server = settings => settings with { Timeouts = new TimeoutSettings { Write = _limit } },
        };
        await using var pair = await Pair.StartAsync(options);
        var (application, target) = await pair.OpenAsync();
        long sent = 0;
        var flood = new Pattern(7).SendAsync(application, long.MaxValue, bytes => Volatile.Write(ref sent, bytes));
        await Eventually.SettlesAsync(() => Volatile.Read(ref sent));

        for (var i = 0; i < 4; i++)
        {
            // One message of the system's, which does not wake a writer.
            await target.ReadExactlyAsync(40 * 1024);
            _time.Advance(_nearly);
        }

        Assert.That(pair.Lines().Where(line => line.Properties.ContainsKey("closed_by")), Is.Empty);
        target.Dispose();
        await Assert.ThrowsAsync<SocketException>(() => flood.WaitAsync(Wire.Patience));
    }

    [Test]
    public async Task Early_bytes_reach_a_server_that_starts_late_and_an_application_that_waits_has_not_left()
    {
        await using var pair = await Pair.StartAsync(_unix with { StartServer = false, Client = Patient });
        using var application = await pair.DialAsync();
        await application.SendAllAsync(_words);
        await pair.StateAsync("retrying");
        await pair.StateAsync("connecting");

        await pair.StartServerAsync();

        using var target = await pair.Target.AcceptSoonAsync();
        Assert.That(await target.ReadExactlyAsync(_words.Length), Is.EqualTo(_words));
        await target.PassAsync(application, _words);
    }

    [Test]
    public async Task An_application_that_leaves_while_the_server_is_away_ends_the_attempts()
    {
        await using var pair = await Pair.StartAsync(_unix with { StartServer = false, Client = Patient });
        var application = await pair.DialAsync();
        await application.SendAllAsync(_words);
        await pair.StateAsync("retrying");

        application.Dispose();

        Assert.That((await pair.ClientClosedAsync()).Reason, Is.EqualTo("application_left"));
    }

    [Test]
    public async Task A_target_that_is_not_there_is_named()
    {
        await using var pair = await Pair.StartAsync(
            _unix with
            {
                Server = settings => settings with { Forward = new UnixAddress("/nowhere/x.sock") },
            }
        );
        await pair.VisitAsync();
        Assert.That(
            (await pair.ServerClosedAsync()).Detail,
            Does.StartWith("unix:/nowhere/x.sock: there is no such file")
        );
    }

    [Test]
    public async Task The_peer_is_the_process_that_connected()
    {
        await using var pair = await Pair.StartAsync(_unix);
        var (application, target) = await pair.OpenAsync();
        application.Dispose();
        target.Dispose();
        Assert.That((await pair.ClientClosedAsync()).Peer, Does.StartWith($"unix:pid={Environment.ProcessId},uid="));
    }

    [Test]
    public async Task Abstract_names_work_in_every_place()
    {
        var name = $"@tunnel-test-{Guid.NewGuid():N}";
        await using var pair = await Pair.StartAsync(
            _unix with
            {
                Server = settings => settings with { Listen = [new UnixAddress(name + "-server")] },
                Client = settings =>
                    settings with
                    {
                        Listen = [new UnixAddress(name)],
                        Forward = new UnixAddress(name + "-server"),
                    },
            }
        );
        var (application, target) = await pair.OpenAsync();
        await application.PassAsync(target, _words);
        Assert.That(pair.Client.Endpoints[0].ToString(), Is.EqualTo($"unix:{name}"));
    }

    [Test]
    public async Task A_thousand_connections_at_once_all_get_their_echo()
    {
        await using var pair = await Pair.StartAsync(_unix);
        _ = EchoAllAsync(pair.Target);
        var crowd = await Crowd.GatherSpeakersAsync(pair.Client.Endpoints[0], 1000);
        await crowd.SpeakAsync(10_000);
        crowd.Cut();
    }

    [Test]
    public async Task A_target_whose_queue_is_full_is_asked_again_until_there_is_room()
    {
        using var files = new TempDirectory();
        using var narrow = Wire.ListenUnix(files.File("narrow"), backlog: 0);
        using var first = await Wire.DialAsync(new Tunnel.Net.UnixEndPoint(files.File("narrow")));
        await using var pair = await Pair.StartAsync(
            _unix with
            {
                Server = settings => settings with { Forward = new UnixAddress(files.File("narrow")) },
            }
        );
        using var application = await pair.DialAsync();
        await application.SendAllAsync(_words);
        await pair.StateAsync("connecting");

        (await narrow.AcceptSoonAsync()).Dispose();

        using var target = await narrow.AcceptSoonAsync();
        Assert.That(await target.ReadExactlyAsync(_words.Length), Is.EqualTo(_words));
    }

    private static async Task EchoAllAsync(Socket listener)
    {
        while (true)
        {
            _ = (await listener.AcceptAsync()).EchoAsync();
        }
    }

    private static TunnelSettings Patient(TunnelSettings settings) => settings with { Reconnect = PairOptions.Patient };

    private PairOptions With(TimeoutSettings timeouts) => PairOptions.With(timeouts, _time) with { IsUnix = true };
}
