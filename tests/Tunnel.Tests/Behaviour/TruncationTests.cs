using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Behaviour;

/// <summary>
/// Whoever cuts the TLS leg cannot make a cut stream look complete: only close_notify ends one in order.
/// </summary>
public sealed class TruncationTests(BackendPair backends) : BehaviourTests(backends)
{
    private static readonly byte[] _words = "some words"u8.ToArray();

    [Test]
    public async Task FIN_without_close_notify_towards_the_server_is_RST_for_the_target()
    {
        using var cutter = new Cutter();
        await using var pair = await Pair.StartAsync(new PairOptions { Cutter = cutter });
        var (application, target) = await pair.OpenAsync();
        await application.PassAsync(target, _words);

        await cutter.CutTowardsServerAsync(Blade.Fin);

        Assert.That(await target.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        Assert.That(await application.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        var session = await pair.ServerClosedAsync();
        Assert.That((session.Reason, session.ClosedBy), Is.EqualTo(("truncated", "client")), session.ToString());
    }

    [Test]
    public async Task FIN_without_close_notify_towards_the_client_is_RST_for_the_application()
    {
        using var cutter = new Cutter();
        await using var pair = await Pair.StartAsync(new PairOptions { Cutter = cutter });
        var (application, target) = await pair.OpenAsync();
        await target.PassAsync(application, _words);

        await cutter.CutTowardsClientAsync(Blade.Fin);

        Assert.That(await application.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        Assert.That(await target.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        var session = await pair.ClientClosedAsync();
        Assert.That((session.Reason, session.ClosedBy), Is.EqualTo(("truncated", "server")), session.ToString());
    }

    [TestCase(Blade.Fin, "truncated")]
    [TestCase(Blade.Rst, "reset")]
    public async Task A_cut_in_the_middle_of_a_record_towards_the_server_is_RST_for_the_target(
        Blade blade,
        string reason
    )
    {
        using var cutter = new Cutter();
        await using var pair = await Pair.StartAsync(new PairOptions { Cutter = cutter });
        var (application, target) = await pair.OpenAsync();
        await application.PassAsync(target, _words);

        await cutter.HalveTowardsServerAsync(blade);
        await application.SendAllAsync(_words);

        Assert.That(await target.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        var session = await pair.ServerClosedAsync();
        Assert.That((session.Reason, session.ClosedBy), Is.EqualTo((reason, "client")), session.ToString());
        Assert.That(session.Sent, Is.EqualTo(_words.Length), "half a record is nothing");
    }

    [TestCase(Blade.Fin, "truncated")]
    [TestCase(Blade.Rst, "reset")]
    public async Task A_cut_in_the_middle_of_a_record_towards_the_client_is_RST_for_the_application(
        Blade blade,
        string reason
    )
    {
        using var cutter = new Cutter();
        await using var pair = await Pair.StartAsync(new PairOptions { Cutter = cutter });
        var (application, target) = await pair.OpenAsync();
        await target.PassAsync(application, _words);

        await cutter.HalveTowardsClientAsync(blade);
        await target.SendAllAsync(_words);

        Assert.That(await application.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        var session = await pair.ClientClosedAsync();
        Assert.That((session.Reason, session.ClosedBy), Is.EqualTo((reason, "server")), session.ToString());
        Assert.That(session.Received, Is.EqualTo(_words.Length), "half a record is nothing");
    }

    [Test]
    public async Task RST_on_the_TLS_leg_reaches_both_ends()
    {
        using var cutter = new Cutter();
        await using var pair = await Pair.StartAsync(new PairOptions { Cutter = cutter });
        var (application, target) = await pair.OpenAsync();
        await application.PassAsync(target, _words);

        await cutter.CutTowardsServerAsync(Blade.Rst);
        await cutter.CutTowardsClientAsync(Blade.Rst);

        Assert.That(await target.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        Assert.That(await application.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        Assert.That((await pair.ServerClosedAsync()).Reason, Is.EqualTo("reset"));
        Assert.That((await pair.ClientClosedAsync()).Reason, Is.EqualTo("reset"));
    }

    [Test]
    public async Task A_cut_after_the_first_direction_has_ended_in_order_is_still_a_cut()
    {
        using var cutter = new Cutter();
        await using var pair = await Pair.StartAsync(new PairOptions { Cutter = cutter });
        var (application, target) = await pair.OpenAsync();
        await application.SendAllAsync(_words);
        application.Shutdown(SocketShutdown.Send);
        await target.ReadToEndAsync();
        await target.PassAsync(application, _words);

        await cutter.CutTowardsClientAsync(Blade.Fin);

        Assert.That(await application.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        Assert.That((await pair.ClientClosedAsync()).Reason, Is.EqualTo("truncated"));
    }

    [Test]
    public async Task Through_a_middle_that_cuts_nothing_both_directions_end_in_order()
    {
        using var cutter = new Cutter();
        await using var pair = await Pair.StartAsync(new PairOptions { Cutter = cutter });
        var (application, target) = await pair.OpenAsync();
        await application.PassAsync(target, _words);

        target.Shutdown(SocketShutdown.Send);
        Assert.That(await application.EndAsync(), Is.Null);
        application.Shutdown(SocketShutdown.Send);
        Assert.That(await target.EndAsync(), Is.Null);

        Assert.That((await pair.ServerClosedAsync()).Reason, Is.EqualTo("eof"));
        Assert.That((await pair.ClientClosedAsync()).Reason, Is.EqualTo("eof"));
    }
}
