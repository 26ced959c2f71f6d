using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary>How the processes stop, in order and otherwise.</summary>
public sealed class SignalTests
{
    [Test]
    public async Task SIGTERM_lets_a_live_session_finish_and_exits_with_0()
    {
        using var target = Wire.Listen();
        await using var pair = await ProcessPair.StartAsync(target.EndPoint().Port);
        using var application = await pair.DialAsync();
        using var service = await target.AcceptSoonAsync();

        pair.Server.Signal("TERM");
        await pair.Server.LineAsync(line => line.Contains("SIGTERM"));
        await service.SendAllAsync("late answer"u8.ToArray());
        service.Shutdown(SocketShutdown.Send);
        application.Shutdown(SocketShutdown.Send);

        Assert.That(await application.ReadToEndAsync(), Is.EqualTo("late answer"u8.ToArray()));
        Assert.That(await pair.Server.ExitCodeAsync(), Is.Zero, pair.Server.Log);
    }

    [Test]
    public async Task A_second_signal_cuts_what_is_left_visibly_and_exits_with_3()
    {
        using var target = Wire.Listen();
        await using var pair = await ProcessPair.StartAsync(target.EndPoint().Port);
        using var application = await pair.DialAsync();
        using var service = await target.AcceptSoonAsync();

        pair.Client.Signal("TERM");
        await pair.Client.LineAsync(line => line.Contains("SIGTERM"));
        pair.Client.Signal("INT");

        Assert.That(await application.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        Assert.That(await service.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        Assert.That(await pair.Client.ExitCodeAsync(), Is.EqualTo(3), pair.Client.Log);
    }

    [TestCase(true, TestName = "A_client_that_is_killed_leaves_RST_at_both_ends")]
    [TestCase(false, TestName = "A_server_that_is_killed_leaves_RST_at_both_ends")]
    public async Task A_tunnel_that_is_killed_leaves_RST_at_both_ends(bool client)
    {
        using var target = Wire.Listen();
        await using var pair = await ProcessPair.StartAsync(target.EndPoint().Port);
        using var application = await pair.DialAsync();
        using var service = await target.AcceptSoonAsync();
        await service.SendAllAsync("half an ans"u8.ToArray());
        await application.ReadExactlyAsync(11);

        (client ? pair.Client : pair.Server).Signal("KILL");

        Assert.That(await application.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        Assert.That(await service.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
    }
}
