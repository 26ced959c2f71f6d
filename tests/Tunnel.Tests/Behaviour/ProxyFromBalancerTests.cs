using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using NLog;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Behaviour;

/// <summary>A load balancer in front of the server says who the client is, and nobody else can.</summary>
public sealed class ProxyFromBalancerTests(BackendPair backends) : BehaviourTests(backends)
{
    private const string Client = "203.0.113.9:40000";

    private static readonly byte[] _words = "some words"u8.ToArray();
    private static readonly byte[] _line = "PROXY TCP4 203.0.113.9 192.0.2.1 40000 443\r\n"u8.ToArray();

    // The same in version 2.
    private static readonly byte[] _block = Convert.FromHexString(
        "0d0a0d0a000d0a515549540a2111000c" + "cb007109" + "c0000201" + "9c40" + "01bb"
    );

    private static readonly byte[] _local = Convert.FromHexString("0d0a0d0a000d0a515549540a20000000");

    private readonly ManualTime _time = new();
    private Balancer _balancer = null!;

    [SetUp]
    public void BeginWithABalancer() => _balancer = new Balancer();

    [TearDown]
    public void EndWithIt() => _balancer.Dispose();

    [Test]
    public async Task Log_and_table_speak_of_the_client([Values] bool isBlock, [Values(null, 1, 20)] int? pieces)
    {
        await using var pair = await Pair.StartAsync(_balancer.Options());
        _ = _balancer.CarryAsync(pair.Server!.Endpoints[0], [isBlock ? _block : _line], pieces);
        var (application, target) = await pair.OpenAsync();
        await application.PassAsync(target, _words);

        Assert.That(pair.Server.Table.Records().Single().Peer, Is.EqualTo(Client));
        var session = await EndAsync(pair, application, target);
        Assert.That((session.Peer, session.Via), Is.EqualTo((Client, _balancer.From.ToString())), session.ToString());
        Assert.That((session.Reason, session.Identity), Is.EqualTo(("eof", "client")), session.ToString());
    }

    [TestCase("PROXY UNKNOWN\r\n")]
    [TestCase("\r\n\r\n\0\r\nQUIT\n \0\0\0", TestName = "LOCAL")]
    public async Task A_connection_of_the_balancer_itself_is_one_from_there(string header)
    {
        await using var pair = await Pair.StartAsync(_balancer.Options("127.0.0.1/32"));
        _ = _balancer.CarryAsync(pair.Server!.Endpoints[0], [Encoding.ASCII.GetBytes(header)]);
        var (application, target) = await pair.OpenAsync();
        await application.PassAsync(target, _words);

        var session = await EndAsync(pair, application, target);
        Assert.That((session.Peer, session.Via), Is.EqualTo((_balancer.From.ToString(), (string?)null)));
    }

    [Test]
    public async Task Each_of_several_clients_is_known_by_its_own_address()
    {
        const int clients = 20;
        await using var pair = await Pair.StartAsync(_balancer.Options());
        var headers = Enumerable
            .Range(1, clients)
            .Select(i =>
                Encoding.ASCII.GetBytes(
                    string.Create(CultureInfo.InvariantCulture, $"PROXY TCP6 2001:db8::{i:x} 2001:db8:1:: {i} 443\r\n")
                )
            );
        _ = _balancer.CarryAsync(pair.Server!.Endpoints[0], headers);
        var opened = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => pair.OpenAsync()));

        Assert.That(
            pair.Server.Table.Records().Select(session => session.Peer),
            Is.EquivalentTo(
                Enumerable
                    .Range(1, clients)
                    .Select(i => string.Create(CultureInfo.InvariantCulture, $"[2001:db8::{i:x}]:{i}"))
            )
        );
        foreach (var (application, target) in opened)
        {
            application.Dispose();
            target.Dispose();
        }
    }

    [Test]
    public async Task The_target_is_told_what_the_balancer_said()
    {
        var options = _balancer.Options();
        await using var pair = await Pair.StartAsync(
            options with
            {
                Server = settings =>
                    options.Server(settings) with
                    {
                        Proxy = options.Server(settings).Proxy with { ToTarget = ProxyVersion.V1 },
                    },
            }
        );
        _ = _balancer.CarryAsync(pair.Server!.Endpoints[0], [_block]);
        var (application, target) = await pair.OpenAsync();

        Assert.That(await target.ReadExactlyAsync(_line.Length), Is.EqualTo(_line));
        application.Dispose();
        target.Dispose();
    }

    [Test]
    public async Task A_refused_client_is_named_by_its_own_address()
    {
        var options = _balancer.Options();
        await using var pair = await Pair.StartAsync(
            options with
            {
                Server = settings =>
                    options.Server(settings) with
                    {
                        Tls = settings.Tls with { AllowedClientNames = ["somebody-else"] },
                    },
            }
        );
        _ = _balancer.CarryAsync(pair.Server!.Endpoints[0], [_block]);
        await pair.VisitAsync(_words);

        var line = await pair.LineAsync(line => line.Properties.ContainsKey("refusal"));
        Assert.That(line.FormattedMessage, Does.Contain($"refused the certificate of client {Client}"));
        var session = await pair.ServerClosedAsync();
        Assert.That((session.Peer, session.Reason), Is.EqualTo((Client, "refused")), session.ToString());
    }

    [TestCase("", "begins as in TLS")]
    [TestCase("GET / HTTP/1.1\r\n\r\n", "begins as in HTTP")]
    [TestCase("hello, who is there\n", "begins with 68656c6c6f2c2077")]
    public async Task A_balancer_that_does_not_say_for_whom_is_refused(string first, string found)
    {
        await using var pair = await Pair.StartAsync(_balancer.Options());
        var hello = await ClientHello.BytesAsync();
        using var balancer = await Wire.DialAsync(pair.Server!.Endpoints[0]);

        await balancer.SendAllAsync(first.Length == 0 ? hello : Encoding.ASCII.GetBytes(first));

        Assert.That(await balancer.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        var session = await pair.ServerClosedAsync();
        Assert.That((session.Reason, session.ClosedBy), Is.EqualTo(("handshake_failed", "tunnel")), session.ToString());
        Assert.That(session.Detail, Does.Contain("did not begin with a PROXY header").And.Contain(found));
        Assert.That(session.Detail, Does.Contain("server_listener.proxy_protocol_from"));
    }

    [TestCase(
        "PROXY TCP4 203.0.113.9 192.0.2.1 40000 66000\r\n",
        "its line is \\\"PROXY",
        TestName = "A port that is none"
    )]
    [TestCase("\r\n\r\n\0\r\nQUIT\n!\x11\0\u0004aaaa", "too few for its addresses", TestName = "Too short")]
    public async Task A_header_that_is_not_valid_is_refused(string header, string why)
    {
        await using var pair = await Pair.StartAsync(_balancer.Options());
        using var balancer = await Wire.DialAsync(pair.Server!.Endpoints[0]);

        await balancer.SendAllAsync(Encoding.Latin1.GetBytes(header));

        Assert.That(await balancer.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        var session = await pair.ServerClosedAsync();
        Assert.That(session.Reason, Is.EqualTo("handshake_failed"), session.ToString());
        Assert.That(session.Detail, Does.StartWith("the load balancer sent a PROXY header that is not valid: "));
    }

    [Test]
    public async Task Who_is_not_in_these_networks_is_served_without_a_header()
    {
        await using var pair = await Pair.StartAsync(_balancer.Options("127.0.0.2/32", "10.0.0.0/8", "::/0"));
        _ = _balancer.CarryAsync(
            pair.Server!.Endpoints[0],
            [
                [],
            ]
        );
        var (application, target) = await pair.OpenAsync();
        await application.PassAsync(target, _words);

        var session = await EndAsync(pair, application, target);
        Assert.That((session.Peer, session.Via), Is.EqualTo((_balancer.From.ToString(), (string?)null)));
    }

    [Test]
    public async Task Who_is_not_in_these_networks_cannot_say_who_it_is([Values] bool isBlock)
    {
        await using var pair = await Pair.StartAsync(_balancer.Options("127.0.0.2/32"));
        using var stranger = await Wire.DialAsync(pair.Server!.Endpoints[0]);

        await stranger.SendAllAsync(isBlock ? _block : _line);

        var session = await pair.ServerClosedAsync();
        Assert.That(session.Reason, Is.EqualTo("handshake_failed"), session.ToString());
        Assert.That((session.Peer, session.Via), Is.EqualTo((stranger.EndPoint().ToString(), (string?)null)));
        Assert.That(
            session.Detail,
            Does.StartWith("the peer does not speak TLS (it begins as in the PROXY protocol); ")
                .And.Contain("server_listener.proxy_protocol_from")
        );
    }

    [TestCase("", false)]
    [TestCase("", true)]
    [TestCase("0d0a0d0a000d0a515549540a20000000", false)]
    [TestCase("0d0a0d0a000d0a515549540a20000000", true)]
    public async Task A_health_check_is_a_probe(string header, bool resets)
    {
        await using var pair = await Pair.StartAsync(_balancer.Options());
        var balancer = await Wire.DialAsync(pair.Server!.Endpoints[0]);
        await balancer.SendAllAsync(Convert.FromHexString(header));
        await Pair.SentAsync(balancer);

        if (resets)
        {
            balancer.Reset();
        }
        else
        {
            balancer.Dispose();
        }

        var session = await pair.ServerClosedAsync();
        Assert.That((session.Reason, session.Level), Is.EqualTo(("probe", LogLevel.Debug)), session.ToString());
        Assert.That(pair.Server.Table.Failed, Is.Zero);
    }

    [Test]
    public async Task A_balancer_that_leaves_in_the_middle_of_its_header_is_no_probe()
    {
        await using var pair = await Pair.StartAsync(_balancer.Options());
        using (var balancer = await Wire.DialAsync(pair.Server!.Endpoints[0]))
        {
            await balancer.SendAllAsync(_block.AsMemory(0, 20));
        }

        var session = await pair.ServerClosedAsync();
        Assert.That((session.Reason, session.ClosedBy), Is.EqualTo(("handshake_failed", "client")), session.ToString());
        Assert.That(session.Detail, Does.Contain("in the middle of its PROXY header"));
    }

    [TestCase(0, "the load balancer sent nothing")]
    [TestCase(20, "did not finish the TLS handshake in time")]
    [TestCase(28, "did not finish the TLS handshake in time")]
    public async Task The_header_has_no_time_of_its_own(int bytes, string why)
    {
        var options = _balancer.Options();
        await using var pair = await Pair.StartAsync(
            options with
            {
                Server = settings =>
                    options.Server(settings) with
                    {
                        Timeouts = new TimeoutSettings { Handshake = TimeSpan.FromSeconds(8) },
                    },
                Time = _time,
            }
        );
        using var balancer = await Wire.DialAsync(pair.Server!.Endpoints[0]);
        await balancer.SendAllAsync(_block.AsMemory(0, bytes));
        await Pair.SentAsync(balancer);

        var session = await _time.RunUntilAsync(pair.ServerClosedAsync());

        Assert.That(session.Reason, Is.EqualTo("handshake_timeout"), session.ToString());
        Assert.That(session.Detail, Does.Contain(why));
    }

    [Test]
    public async Task A_client_that_comes_by_IPv4_to_a_socket_for_both_is_in_a_network_of_IPv4()
    {
        if (!Socket.OSSupportsIPv6)
        {
            Assert.Ignore("no IPv6 here");
        }

        var options = _balancer.Options("127.0.0.0/8");
        await using var pair = await Pair.StartAsync(
            options with
            {
                Server = settings => options.Server(settings) with { Listen = [new HostPort("::", Wire.FreePort())] },
            }
        );
        _ = _balancer.CarryAsync(new IPEndPoint(IPAddress.Loopback, pair.Server!.Endpoints[0].Port()), [_block]);
        var (application, target) = await pair.OpenAsync();

        var session = await EndAsync(pair, application, target);
        Assert.That((session.Peer, session.Reason), Is.EqualTo((Client, "eof")), session.ToString());
    }

    [Test]
    public async Task A_crowd_of_one_client_does_not_drive_out_another_of_the_same_balancer()
    {
        const int sessions = 40;
        byte[] header = [.. "PROXY TCP4 203.0.113.10 192.0.2.1 40000 443\r\n"u8];
        var hello = await ClientHello.BytesAsync();
        var crowd = new List<Socket>();
        var pair = await Pair.StartAsync(
            _balancer.Options() with
            {
                ServerFiles = new OpenFiles(sessions * OpenFiles.PerSession),
            }
        );
        await using (pair)
        {
            using var slow = await Wire.DialAsync(pair.Server!.Endpoints[0]);
            await slow.SendAllAsync((byte[])[.. _block, .. hello[..20]]);
            await KnownAsync(pair, Client);

            for (var i = 0; i < 2 * sessions; i++)
            {
                crowd.Add(await Wire.DialAsync(pair.Server.Endpoints[0]));
                await crowd[i].SendAllAsync(header);
            }

            await Eventually.HoldsAsync(() => pair.Server.Table.Accepted == 1 + (2 * sessions), () => "some are left");
            await slow.SendAllAsync(hello.AsMemory(20));
            Assert.That((await slow.ReadExactlyAsync(1))[0], Is.EqualTo(22), "a ServerHello");
        }

        crowd.ForEach(socket => socket.Dispose());
        Assert.That(
            pair.Lines().Select(line => line.FormattedMessage),
            Has.Some.StartsWith("cut ").And.Some.Contains("the last came from 203.0.113.10")
        );
    }

    private static Task KnownAsync(Pair pair, string peer) =>
        Eventually.HoldsAsync(
            () => pair.Server!.Table.Records().Any(session => session.Peer == peer),
            () => $"nobody has come from {peer}"
        );

    private static async Task<ClosedSession> EndAsync(Pair pair, Socket application, Socket target)
    {
        application.Shutdown(SocketShutdown.Send);
        target.Shutdown(SocketShutdown.Send);
        Assert.That(
            (await application.EndAsync(), await target.EndAsync()),
            Is.EqualTo(default((SocketError?, SocketError?)))
        );
        application.Dispose();
        target.Dispose();
        return await pair.ServerClosedAsync();
    }
}
