using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Behaviour;

/// <summary>
/// A path that dies with bytes in flight: nobody says so, and no write waits. The clock is the test's own, but what the
/// system knows of the path goes by the real one.
/// </summary>
public sealed class DeadPathTests(BackendPair backends) : BehaviourTests(backends)
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(8);
    private static readonly byte[] _words = "some words"u8.ToArray();

    private readonly ManualTime _time = new();

    [Test]
    public async Task A_side_that_does_not_answer_any_more_is_given_up_after_the_write_timeout(
        [Values] bool isApplication,
        [Values(10, 200_000)] int bytes
    )
    {
        await using var pair = await Pair.StartAsync(PairOptions.With(new TimeoutSettings { Write = _limit }, _time));
        var (application, target) = await pair.OpenAsync();
        await application.PassAsync(target, _words);
        await target.PassAsync(application, _words);
        var (dead, alive) = isApplication ? (application, target) : (target, application);

        dead.CutOff();
        await alive.SendAllAsync(new byte[bytes]);

        var session = await _time.RunUntilAsync(isApplication ? pair.ClientClosedAsync() : pair.ServerClosedAsync());
        Assert.That((session.Reason, session.ClosedBy), Is.EqualTo(("write_timeout", "tunnel")), session.ToString());
        Assert.That(session.Detail, Does.Contain("took nothing"));
        Assert.That(await alive.EndAsync(), Is.EqualTo(System.Net.Sockets.SocketError.ConnectionReset));
    }

    [Test]
    public async Task An_end_that_nobody_acknowledges_is_no_end_in_order()
    {
        await using var pair = await Pair.StartAsync(PairOptions.With(new TimeoutSettings { Write = _limit }, _time));
        var (application, target) = await pair.OpenAsync();
        await application.PassAsync(target, _words);
        application.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        Assert.That(await target.EndAsync(), Is.Null);
        application.CutOff();

        await target.SendAllAsync(_words);
        target.Shutdown(System.Net.Sockets.SocketShutdown.Send);

        Assert.That((await _time.RunUntilAsync(pair.ClientClosedAsync())).Reason, Is.EqualTo("write_timeout"));
        Assert.That((await _time.RunUntilAsync(pair.ServerClosedAsync())).Reason, Is.EqualTo("eof"));
    }
}
