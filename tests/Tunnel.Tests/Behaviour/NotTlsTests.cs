using System.Net.Sockets;
using NLog;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Behaviour;

/// <summary>Somebody connected to the wrong port: what the log says leads to the right one.</summary>
public sealed class NotTlsTests(BackendPair backends) : BehaviourTests(backends)
{
    private readonly ManualTime _time = new();

    [TestCase("0000000804d2162f", "begins as in PostgreSQL", TestName = "SSLRequest")]
    [TestCase("474554202f20485454502f312e310d0a0d0a", "begins as in HTTP", TestName = "GET")]
    [TestCase("68656c6c6f0a", "begins with 68656c6c6f0a", TestName = "hello")]
    public async Task An_application_at_the_server_is_sent_to_the_client(string hex, string found)
    {
        await using var pair = await Pair.StartAsync();
        using var application = await Wire.DialAsync(pair.Server!.Endpoints[0]);
        await application.SendAllAsync(Convert.FromHexString(hex));

        var session = await pair.ServerClosedAsync();

        Assert.That(session.Reason, Is.EqualTo("handshake_failed"), session.ToString());
        Assert.That(session.Detail, Does.StartWith("the peer does not speak TLS").And.Contain(found));
        Assert.That(session.Detail, Does.Contain("must connect to the tunnel client, not to this port"));
        Assert.That(session.Level, Is.LessThanOrEqualTo(LogLevel.Info));
    }

    [Test]
    public async Task An_application_that_waits_for_the_server_to_speak_first_is_sent_to_the_client()
    {
        await using var pair = await Pair.StartAsync(
            PairOptions.With(new TimeoutSettings { Handshake = TimeSpan.FromSeconds(8) }, _time)
        );
        using var application = await Wire.DialAsync(pair.Server!.Endpoints[0]);

        var session = await _time.RunUntilAsync(pair.ServerClosedAsync());

        Assert.That(session.Reason, Is.EqualTo("handshake_timeout"), session.ToString());
        Assert.That(session.Detail, Does.Contain("sent nothing").And.Contain("must connect to the tunnel client"));
    }

    [TestCase("HTTP/1.1 400 Bad Request\r\n\r\n", "begins as in HTTP")]
    [TestCase("-ERR unknown command\r\n", "begins as in Redis")]
    [TestCase("SSH-2.0-OpenSSH_9.2\r\n", "begins as in SSH")]
    public async Task A_client_in_front_of_something_else_asks_for_a_tunnel_server(string answer, string found)
    {
        using var other = Wire.Listen();
        await using var pair = await Pair.StartAsync(Towards(other.EndPoint().Port));
        using var application = await pair.DialAsync();
        using var accepted = await other.AcceptSoonAsync();
        await accepted.SendAllAsync(System.Text.Encoding.ASCII.GetBytes(answer));

        Assert.That(await application.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        var session = await pair.ClientClosedAsync();
        Assert.That(session.Reason, Is.EqualTo("handshake_failed"), session.ToString());
        Assert.That(session.Detail, Does.StartWith("the server does not speak TLS").And.Contain(found));
        Assert.That(session.Detail, Does.Contain("remote_server must be the TLS port of a tunnel server"));
    }

    [Test]
    public async Task A_client_in_front_of_something_that_just_leaves_asks_for_a_tunnel_server([Values] Blade blade)
    {
        using var other = Wire.Listen();
        await using var pair = await Pair.StartAsync(Towards(other.EndPoint().Port));
        using var application = await pair.DialAsync();
        using (var accepted = await other.AcceptSoonAsync())
        {
            await accepted.ReceiveAsync(new byte[4096]);
            if (blade == Blade.Rst)
            {
                accepted.LingerState = new LingerOption(true, 0);
            }
        }

        Assert.That(await application.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        var session = await pair.ClientClosedAsync();
        Assert.That(
            session.Detail,
            Does.StartWith("the server closed the connection without answering"),
            session.ToString()
        );
        Assert.That(session.Detail, Does.Contain("remote_server must be the TLS port of a tunnel server"));
    }

    [Test]
    public async Task A_client_in_front_of_something_that_waits_for_more_asks_for_a_tunnel_server()
    {
        using var other = Wire.Listen();
        await using var pair = await Pair.StartAsync(Towards(other.EndPoint().Port) with { Time = _time });
        using var application = await pair.DialAsync();
        using var accepted = await other.AcceptSoonAsync();

        var session = await _time.RunUntilAsync(pair.ClientClosedAsync());

        Assert.That(session.Reason, Is.EqualTo("handshake_timeout"), session.ToString());
        Assert.That(
            session.Detail,
            Does.Contain("sent nothing").And.Contain("must be the TLS port of a tunnel server")
        );
    }

    private static PairOptions Towards(int port) =>
        new()
        {
            StartServer = false,
            Client = settings =>
                settings with
                {
                    Forward = new HostPort("127.0.0.1", port),
                    Reconnect = new ReconnectSettings { MaxElapsed = TimeSpan.Zero },
                },
        };
}
