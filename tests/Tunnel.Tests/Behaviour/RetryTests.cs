using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Behaviour;

/// <summary>A client tries again while that can help, and loses or repeats nothing by it.</summary>
public sealed class RetryTests(BackendPair backends) : BehaviourTests(backends)
{
    private static readonly byte[] _early = "sent before there was a server"u8.ToArray();
    private static readonly byte[] _words = "some words"u8.ToArray();

    private static readonly ReconnectSettings _brief = PairOptions.Patient with
    {
        MaxElapsed = TimeSpan.FromSeconds(0.4),
    };

    [Test]
    public async Task Early_bytes_reach_a_server_that_starts_late_once_and_in_order()
    {
        await using var pair = await Pair.StartAsync(With(PairOptions.Patient) with { StartServer = false });
        using var application = await pair.DialAsync();
        await application.SendAllAsync(_early);
        await pair.StateAsync("retrying");

        await pair.StartServerAsync();

        using var target = await pair.Target.AcceptSoonAsync();
        await AssertEarlyBytesCameOnceAsync(application, target);
    }

    [Test]
    public async Task A_spent_budget_is_RST_for_the_application()
    {
        await using var pair = await Pair.StartAsync(With(_brief) with { StartServer = false });

        Assert.That(await pair.VisitAsync(), Is.EqualTo(SocketError.ConnectionReset));

        var session = await pair.ClientClosedAsync();
        Assert.That((session.Reason, session.ClosedBy), Is.EqualTo(("unreachable", "server")), session.ToString());
        Assert.That(session.Detail, Does.Contain("connection refused"));
        var given = await pair.LineAsync(line => line.Properties.ContainsKey("attempts"));
        Assert.That(given.Properties["attempts"], Is.GreaterThan(1));
    }

    [Test]
    public async Task An_application_that_leaves_while_the_server_is_away_ends_the_attempts([Values] Blade blade)
    {
        await using var pair = await Pair.StartAsync(With(PairOptions.Patient) with { StartServer = false });
        using var application = await pair.DialAsync();
        await application.SendAllAsync(_early);
        await pair.StateAsync("retrying");

        if (blade == Blade.Rst)
        {
            application.Reset();
        }
        else
        {
            application.Dispose();
        }

        var session = await pair.ClientClosedAsync();
        Assert.That(
            (session.Reason, session.ClosedBy),
            Is.EqualTo(("application_left", "application")),
            session.ToString()
        );
        await pair.StartServerAsync();
        Assert.That(pair.Target.HasVisitor(), Is.False);
    }

    [Test]
    public async Task A_half_close_during_the_first_attempt_is_no_leaving()
    {
        await using var pair = await Pair.StartAsync(With(PairOptions.Patient));
        using var application = await pair.DialAsync();
        await application.SendAllAsync(_early);
        application.Shutdown(SocketShutdown.Send);

        using var target = await pair.Target.AcceptSoonAsync();

        Assert.That(await target.ReadToEndAsync(), Is.EqualTo(_early));
        await target.PassAsync(application, _words);
    }

    [Test]
    public async Task A_name_that_does_not_resolve_is_no_error_at_the_start()
    {
        var options = With(_brief) with
        {
            StartServer = false,
            Client = settings =>
                settings with
                {
                    Forward = new HostPort("nowhere.invalid", 1),
                    Timeouts = new TimeoutSettings { Connect = TimeSpan.FromSeconds(0.3) },
                    Reconnect = _brief,
                },
        };
        await using var pair = await Pair.StartAsync(options);

        Assert.That(await pair.VisitAsync(), Is.EqualTo(SocketError.ConnectionReset));

        // Without any name server the system's resolver is silent instead of saying no.
        var session = await pair.ClientClosedAsync();
        Assert.That(session.Reason, Is.AnyOf("unreachable", "connect_timeout"), session.ToString());
    }

    [Test]
    public async Task A_target_that_comes_back_is_reached_by_the_next_attempt()
    {
        var port = Wire.FreePort();
        var options = With(PairOptions.Patient) with
        {
            Server = settings => settings with { Forward = new HostPort("127.0.0.1", port) },
        };
        await using var pair = await Pair.StartAsync(options);
        using var application = await pair.DialAsync();
        await application.SendAllAsync(_early);
        var failed = await pair.LineAsync(line => line.FormattedMessage.Contains("retry_in_ms"));
        Assert.That(failed.FormattedMessage, Does.Contain("the target is not reachable"));

        using var late = Wire.Listen(port);

        using var target = await late.AcceptSoonAsync();
        await AssertEarlyBytesCameOnceAsync(application, target);
    }

    [Test]
    public async Task A_connection_that_a_stopping_server_resets_out_of_its_backlog_goes_to_another_one()
    {
        // Two servers under one name where it has two addresses here; else the second takes the first one's place.
        var addresses = await Dns.GetHostAddressesAsync("localhost");
        using var stopping = new Socket(addresses[0].AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        stopping.Bind(new IPEndPoint(addresses[0], 0));
        stopping.Listen();
        var port = stopping.EndPoint().Port;
        var options = new PairOptions
        {
            StartServer = false,
            Server = settings => settings with { Listen = [new HostPort(addresses[^1].ToString(), port)] },
            Client = settings =>
                settings with
                {
                    Forward = new HostPort("localhost", port),
                    Reconnect = PairOptions.Patient,
                },
        };
        await using var pair = await Pair.StartAsync(options);
        using var application = await pair.DialAsync();
        await application.SendAllAsync(_early);
        await pair.StateAsync("securing");
        await Eventually.HoldsAsync(() => stopping.HasVisitor(), () => "the client does not come");

        stopping.Dispose();
        await pair.LineAsync(line => line.FormattedMessage.Contains("retry_in_ms"));
        await pair.StartServerAsync();

        using var target = await pair.Target.AcceptSoonAsync();
        await AssertEarlyBytesCameOnceAsync(application, target);
        Assert.That(pair.Target.HasVisitor(), Is.False, "the bytes went once");
    }

    [Test]
    public async Task Our_refusal_of_the_server_is_final()
    {
        await using var pair = await Pair.StartAsync(
            With(PairOptions.Patient) with
            {
                ServerCertificate = TestCa.CreateRoot("Other Root").Issue(),
            }
        );

        Assert.That(await pair.VisitAsync(), Is.EqualTo(SocketError.ConnectionReset));

        Assert.That((await pair.ClientClosedAsync()).Reason, Is.EqualTo("refused"));
        await AssertSingleAttemptAsync(pair);
    }

    [Test]
    public async Task The_server_s_refusal_of_us_is_final_and_the_target_never_hears_of_it()
    {
        await using var pair = await Pair.StartAsync(
            With(PairOptions.Patient) with
            {
                ClientCertificate = TestCa.CreateRoot("Other Root").Issue(),
            }
        );

        Assert.That(await pair.VisitAsync(_early), Is.EqualTo(SocketError.ConnectionReset));

        Assert.That((await pair.ClientClosedAsync()).Reason, Is.EqualTo("refused_by_peer"));
        await AssertSingleAttemptAsync(pair);
        Assert.That((await pair.ServerClosedAsync()).Reason, Is.EqualTo("refused"));
        Assert.That(pair.Target.HasVisitor(), Is.False);
    }

    [TestCase("127.0.0.2", "127.0.0.1")]
    [TestCase("127.0.0.1", "127.0.0.2")]
    [TestCase("::1", "127.0.0.1")]
    public async Task Every_address_of_a_name_is_tried(string deaf, string listening)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Parse(listening), 0));
        listener.Listen();
        using var engine = new Engine();
        var attempt = new ConnectAttempt("a name with two addresses", listener.EndPoint().Port, engine);

        var result = await attempt.RaceAsync([IPAddress.Parse(deaf), IPAddress.Parse(listening)]);

        Assert.That(result.Channel?.RemoteEndPoint, Is.EqualTo(listener.EndPoint()), result.Detail);
        result.Channel!.Abort();
    }

    [Test]
    public async Task An_address_that_keeps_silent_does_not_keep_the_others_waiting()
    {
        using var hole = await BlackHole.DigAsync();
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), hole.EndPoint.Port));
        listener.Listen();
        using var engine = new Engine();
        var attempt = new ConnectAttempt("a name with two addresses", hole.EndPoint.Port, engine);

        var result = await attempt
            .RaceAsync([hole.EndPoint.Address, listener.EndPoint().Address])
            .WaitAsync(Wire.Patience);

        Assert.That(result.Channel?.RemoteEndPoint, Is.EqualTo(listener.EndPoint()), result.Detail);
        result.Channel!.Abort();
    }

    [Test]
    public async Task A_server_named_localhost_is_reached_wherever_it_listens()
    {
        foreach (var address in await Dns.GetHostAddressesAsync("localhost"))
        {
            var port = Wire.FreePort();
            var options = new PairOptions
            {
                Server = settings => settings with { Listen = [new HostPort(address.ToString(), port)] },
                Client = settings => settings with { Forward = new HostPort("localhost", port) },
            };
            await using var pair = await Pair.StartAsync(options);
            var (application, target) = await pair.OpenAsync();
            await application.PassAsync(target, _words);
        }
    }

    private static PairOptions With(ReconnectSettings reconnect) =>
        new() { Client = settings => settings with { Reconnect = reconnect } };

    private static async Task AssertEarlyBytesCameOnceAsync(Socket application, Socket target)
    {
        // The target hears of us before the client hears from the server; until then the end of an application that has
        // seen an attempt fail counts as its leaving.
        await target.PassAsync(application, _words);
        application.Shutdown(SocketShutdown.Send);
        Assert.That(await target.ReadToEndAsync(), Is.EqualTo(_early));
    }

    private static async Task AssertSingleAttemptAsync(Pair pair)
    {
        var given = await pair.LineAsync(line => line.Properties.ContainsKey("attempts"));
        Assert.That(given.Properties["attempts"], Is.EqualTo(1), given.FormattedMessage);
        Assert.That(pair.Lines().Select(line => line.FormattedMessage), Has.None.Contain("attempt 1 failed"));
    }
}
