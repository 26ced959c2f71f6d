using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.OpenSsl;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Behaviour;

/// <summary>
/// Whoever has not shown who he is costs the server next to nothing, and is told why he is turned away.
/// </summary>
public sealed class StrangerTests(BackendPair backends) : BehaviourTests(backends)
{
    private const int Many = 200;

    private static readonly byte[] _words = "some words"u8.ToArray();

    // A ClientHello that says that it has 131,000 bytes.
    private static readonly byte[] _oversized = [22, 3, 1, 0, 6, 1, 1, 0xff, 0xb8, 3, 3];

    private readonly ManualTime _time = new();

    [Test]
    public async Task Silence_and_parts_of_a_hello_cost_no_state_of_TLS_and_no_buffer()
    {
        await using var pair = await Pair.StartAsync();
        var hello = await ClientHello.BytesAsync();
        var sessions = OpenSslSession.Live;
        var strangers = new List<Socket>();
        for (var i = 0; i < Many; i++)
        {
            strangers.Add(await Wire.DialAsync(pair.Server!.Endpoints[0]));
            await strangers[i].SendAllAsync(hello.AsMemory(0, hello.Length * i / Many));
        }

        await Eventually.HoldsAsync(
            () => pair.Server!.Table.Active == Many && AllIsRead(pair.Server.Endpoints[0].Port()),
            () => "not all that was sent has been received"
        );
        await Eventually.HoldsAsync(
            () => BufferPool.RentedBytes == 0,
            () => $"{BufferPool.RentedBytes} bytes of buffers are out"
        );
        Assert.That(OpenSslSession.Live, Is.EqualTo(sessions), "SSL objects");

        // None of them is the worse for it.
        await strangers[^1].SendAllAsync(hello.AsMemory(hello.Length * (Many - 1) / Many));
        Assert.That((await strangers[^1].ReadExactlyAsync(1))[0], Is.EqualTo(22), "a ServerHello");
        strangers.ForEach(stranger => stranger.Dispose());
    }

    [Test]
    public async Task A_hello_that_drips_in_small_records_is_answered()
    {
        await using var pair = await Pair.StartAsync();
        var hello = await ClientHello.BytesAsync();
        using var slow = await Wire.DialAsync(pair.Server!.Endpoints[0]);

        foreach (var piece in hello[5..].Chunk(100))
        {
            foreach (var crumb in ((byte[])[22, 3, 1, 0, (byte)piece.Length, .. piece]).Chunk(40))
            {
                await slow.SendAllAsync(crumb);
            }
        }

        Assert.That((await slow.ReadExactlyAsync(1))[0], Is.EqualTo(22), "a ServerHello");
    }

    [Test]
    public async Task A_hello_out_of_proportion_is_turned_away_at_its_header()
    {
        await using var pair = await Pair.StartAsync();
        using var stranger = await Wire.DialAsync(pair.Server!.Endpoints[0]);

        await stranger.SendAllAsync(_oversized);

        // illegal_parameter, fatal, and FIN behind it.
        Assert.That(await stranger.ReadToEndAsync(), Is.EqualTo(new byte[] { 21, 3, 3, 0, 2, 2, 47 }));
        stranger.Dispose();
        var session = await pair.ServerClosedAsync();
        Assert.That((session.Reason, session.ClosedBy), Is.EqualTo(("handshake_failed", "tunnel")), session.ToString());
        Assert.That(session.Detail, Does.Contain("ClientHello is too long"));
    }

    [Test]
    public async Task What_is_not_TLS_is_told_so_in_TLS_and_the_log_names_it()
    {
        await using var pair = await Pair.StartAsync();
        using var stranger = await Wire.DialAsync(pair.Server!.Endpoints[0]);

        await stranger.SendAllAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());

        Assert.That(await stranger.ReadToEndAsync(), Is.EqualTo(new byte[] { 21, 3, 3, 0, 2, 2, 10 }));
        stranger.Dispose();
        var session = await pair.ServerClosedAsync();
        Assert.That(session.Detail, Does.Contain("does not speak TLS (it begins as in"), session.ToString());
    }

    [Test]
    public async Task Who_is_turned_away_and_stays_is_cut()
    {
        await using var pair = await Pair.StartAsync(
            PairOptions.With(new TimeoutSettings { Handshake = TimeSpan.FromHours(1) }, _time)
        );
        using var stranger = await Wire.DialAsync(pair.Server!.Endpoints[0]);
        await stranger.SendAllAsync(_oversized);
        Assert.That(await stranger.ReadToEndAsync(), Has.Length.EqualTo(7));

        var session = await _time.RunUntilAsync(pair.ServerClosedAsync());

        Assert.That(session.Reason, Is.EqualTo("handshake_failed"), session.ToString());
        await Assert.ThrowsAsync<SocketException>(() => stranger.SendAllAsync(_words));
    }

    [Test]
    public async Task Who_is_turned_away_and_goes_on_talking_is_not_heard_for_ever()
    {
        await using var pair = await Pair.StartAsync(PairOptions.With(new TimeoutSettings(), _time));
        using var stranger = await Wire.DialAsync(pair.Server!.Endpoints[0]);

        var flood = stranger.SendAllAsync(new byte[64 * 1024 * 1024]);

        Assert.That((await pair.ServerClosedAsync()).Reason, Is.EqualTo("handshake_failed"));
        await Assert.ThrowsAsync<SocketException>(() => flood);
    }

    [Test]
    public async Task A_client_comes_back_with_a_ticket_that_holds_a_large_certificate()
    {
        var root = TestCa.CreateRoot();
        var names = Enumerable.Range(0, 800).Select(i => $"name-{i}.example").ToArray();
        await using var pair = await Pair.StartAsync(
            new PairOptions
            {
                Root = root,
                ClientCertificate = root.Issue(new TestLeaf { CommonName = "client", DnsNames = names }),
            }
        );

        for (var i = 0; i < 3; i++)
        {
            var (application, target) = await pair.OpenAsync();
            await target.PassAsync(application, _words);
            application.Shutdown(SocketShutdown.Send);
            target.Shutdown(SocketShutdown.Send);
            Assert.That(
                (await application.EndAsync(), await target.EndAsync()),
                Is.EqualTo(default((SocketError?, SocketError?)))
            );
            var session = await pair.ClientClosedAsync();
            Assert.That(session.Reason, Is.EqualTo("eof"), session.ToString());
        }
    }

    [Test]
    public async Task An_application_that_says_nothing_is_served_as_any_other()
    {
        await using var pair = await Pair.StartAsync();
        var (application, target) = await pair.OpenAsync();

        await target.PassAsync(application, _words);

        application.Dispose();
        target.Dispose();
    }

    /// <summary>Nothing that was sent to the port waits there for its program.</summary>
    private static bool AllIsRead(int port) =>
        File.ReadLines("/proc/net/tcp")
            .Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[1].EndsWith($":{port:X4}", StringComparison.Ordinal))
            .All(fields => fields[4].EndsWith(":00000000", StringComparison.Ordinal));
}
