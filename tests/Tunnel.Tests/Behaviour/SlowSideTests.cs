using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Behaviour;

/// <summary>
/// What lies in the system's send queue counts: an end that waits behind it has a deadline, and bytes that still drain
/// keep a session from being idle. The clock is the test's own.
/// </summary>
public sealed class SlowSideTests(BackendPair backends) : BehaviourTests(backends)
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan _nearly = TimeSpan.FromSeconds(6);

    private readonly ManualTime _time = new();

    [Test]
    public async Task What_only_the_system_has_still_to_send_has_a_deadline_too()
    {
        await using var pair = await Pair.StartAsync(PairOptions.With(new TimeoutSettings { Write = _limit }, _time));
        pair.Target.ReceiveBufferSize = 16 * 1024;
        var (application, target) = await pair.OpenAsync();

        await application.SendAllAsync(new byte[1_000_000]);
        application.Shutdown(SocketShutdown.Send);

        var session = await _time.RunUntilAsync(pair.ServerClosedAsync());
        Assert.That(session.Reason, Is.EqualTo("write_timeout"), session.ToString());
        Assert.That(session.Sent, Is.EqualTo(1_000_000), "no write was under way any more");
        Assert.That((await _time.RunUntilAsync(pair.ClientClosedAsync())).Reason, Is.Not.EqualTo("eof"));
        Assert.That(await target.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
    }

    [Test]
    public async Task A_session_whose_bytes_still_drain_is_not_idle()
    {
        var options = PairOptions.With(new TimeoutSettings { Idle = null, Write = null }, _time) with
        {
            Server = settings =>
                settings with
                {
                    Timeouts = new TimeoutSettings { Idle = _limit, Write = null },
                },
        };
        await using var pair = await Pair.StartAsync(options);
        pair.Target.ReceiveBufferSize = 64 * 1024;
        var (application, target) = await pair.OpenAsync();
        const int bytes = 1_500_000;
        await application.SendAllAsync(new byte[bytes]);
        await Eventually.SettlesAsync(() => pair.Server!.Table.Bytes.Sent);

        // All of it is with the server's system; nothing is written, nothing is read any more.
        for (var read = 0; read < bytes; read += bytes / 6)
        {
            await target.ReadExactlyAsync(bytes / 6);
            _time.Advance(_nearly);
        }

        Assert.That(pair.Lines().Where(line => line.Properties.ContainsKey("closed_by")), Is.Empty);
        await pair.TakenAsync();
        Assert.That((await _time.RunUntilAsync(pair.ServerClosedAsync())).Reason, Is.EqualTo("idle_timeout"));
        // Nobody else holds it, and a socket that is collected resets its connection.
        GC.KeepAlive(application);
    }

    [Test]
    public async Task A_side_that_does_not_take_the_end_is_given_up_even_without_a_write_timeout()
    {
        await using var pair = await Pair.StartAsync(PairOptions.With(new TimeoutSettings { Write = null }, _time));
        pair.Target.ReceiveBufferSize = 16 * 1024;
        var (application, target) = await pair.OpenAsync();
        await application.SendAllAsync(new byte[1_000_000]);
        await Eventually.HoldsAsync(
            () => pair.Server!.Table.Bytes.Sent == 1_000_000,
            () => "the server has not got it all"
        );

        application.Reset();

        Assert.That((await _time.RunUntilAsync(pair.ClientClosedAsync())).ClosedBy, Is.EqualTo("application"));
        Assert.That((await _time.RunUntilAsync(pair.ServerClosedAsync())).ClosedBy, Is.EqualTo("client"));
        Assert.That(await target.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
    }
}
