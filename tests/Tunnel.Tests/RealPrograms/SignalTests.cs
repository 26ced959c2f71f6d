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

    [TestCase("HUP")]
    [TestCase("USR1")]
    [TestCase("USR2")]
    [TestCase("ALRM")]
    [TestCase("PIPE")]
    public async Task Signals_that_do_not_ask_to_stop_leave_sessions_alone(string signal)
    {
        using var target = Wire.Listen();
        await using var pair = await ProcessPair.StartAsync(target.EndPoint().Port);
        using var application = await pair.DialAsync();
        using var service = await target.AcceptSoonAsync();

        foreach (var tunnel in new[] { pair.Client, pair.Server })
        {
            tunnel.Signal(signal);
            // The runtime itself ignores SIGPIPE: nobody is told of it.
            if (signal != "PIPE")
            {
                await tunnel.LineAsync(line => line.Contains($"INFO  SIG{signal}: "));
            }

            await application.PassAsync(service, "still here"u8.ToArray());
        }
    }

    [Test]
    public async Task SIGQUIT_drains_as_SIGTERM_does()
    {
        using var target = Wire.Listen();
        await using var pair = await ProcessPair.StartAsync(target.EndPoint().Port);

        pair.Client.Signal("QUIT");

        Assert.That(await pair.Client.ExitCodeAsync(), Is.Zero, pair.Client.Log);
        Assert.That(pair.Client.Log, Does.Contain("SIGQUIT: no new connections"));
    }

    [Test]
    public async Task Signals_that_come_in_a_row_never_end_the_process_in_another_way()
    {
        using var target = Wire.Listen();
        await using var pair = await ProcessPair.StartAsync(target.EndPoint().Port);

        // Some of them come while the process ends, when all that it had to do has been done.
        pair.Server.SignalRepeatedly("TERM", times: 200);

        Assert.That(await pair.Server.ExitCodeAsync(), Is.Zero.Or.EqualTo(3), pair.Server.Log);
    }

    [Test]
    public async Task A_client_that_retries_writes_its_sessions_line_before_its_last_one()
    {
        using var target = Wire.Listen();
        await using var pair = await ProcessPair.StartAsync(target.EndPoint().Port);
        pair.Server.Signal("KILL");
        await pair.Server.ExitCodeAsync();
        using var application = await pair.DialAsync();
        await pair.Client.LineAsync(line => line.Contains("attempt 1 failed"));

        pair.Client.Signal("TERM");
        await pair.Client.LineAsync(line => line.Contains("SIGTERM"));
        pair.Client.Signal("TERM");

        Assert.That(await pair.Client.ExitCodeAsync(), Is.EqualTo(3));
        var lines = pair.Client.Log.Split('\n');
        Assert.That(lines[^1], Does.EndWith("stopped at once; sessions cut: 1"));
        Assert.That(lines[^2], Does.Contain(" closed: closed_by=tunnel reason=shutdown "), pair.Client.Log);
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
