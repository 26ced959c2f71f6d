using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Behaviour;

/// <summary>Our client and <c>openssl s_server</c>, which answers every line with the same line backwards.</summary>
public sealed class OpenSslServerTests(BackendPair backends) : BehaviourTests(backends)
{
    [Test]
    public async Task Bytes_go_both_ways_and_the_end_is_in_order([Values("tls1_2", "tls1_3")] string version)
    {
        var root = TestCa.CreateRoot();
        await using var server = await OpenSslServer.StartAsync(root, version, trusts: root);
        await using var pair = await Pair.StartAsync(Towards(server, root));
        using var application = await pair.DialAsync();

        await application.SendAllAsync("stressed\n"u8.ToArray());
        Assert.That(await application.ReadExactlyAsync(9), Is.EqualTo("desserts\n"u8.ToArray()));
        application.Shutdown(SocketShutdown.Send);
        Assert.That(await application.EndAsync(), Is.Null);

        var session = await pair.ClientClosedAsync();
        Assert.That((session.Reason, session.Identity), Is.EqualTo(("eof", "server")), session.ToString());
        Assert.That(session.TlsVersion, Is.EqualTo(version == "tls1_2" ? "TLSv1.2" : "TLSv1.3"));
    }

    [Test]
    public async Task A_server_that_does_not_trust_our_CA_says_so_and_it_is_final(
        [Values("tls1_2", "tls1_3")] string version
    )
    {
        var root = TestCa.CreateRoot();
        await using var server = await OpenSslServer.StartAsync(root, version, trusts: TestCa.CreateRoot("Other Root"));
        await using var pair = await Pair.StartAsync(Towards(server, root, TimeSpan.FromMinutes(1)));
        var visit = pair.VisitAsync();

        var session = await pair.ClientClosedAsync();
        Assert.That(await visit, Is.EqualTo(SocketError.ConnectionReset));
        Assert.That((session.Reason, session.ClosedBy), Is.EqualTo(("refused_by_peer", "server")), session.ToString());
        Assert.That(session.Detail, Does.Contain("does not trust the issuer of our certificate"));
        Assert.That(pair.Lines().Select(line => line.FormattedMessage), Has.None.Contain("trying again in"));
    }

    [Test]
    public async Task A_server_that_demands_a_certificate_we_do_not_have_says_so(
        [Values("tls1_2", "tls1_3")] string version
    )
    {
        var root = TestCa.CreateRoot();
        await using var server = await OpenSslServer.StartAsync(root, version, trusts: root);
        var towards = Towards(server, root);
        await using var pair = await Pair.StartAsync(
            towards with
            {
                Client = settings => WithoutCertificate(towards.Client(settings)),
            }
        );
        var visit = pair.VisitAsync();

        // Only TLS 1.3 has an alert for it; before, it is a handshake failure like others.
        var session = await pair.ClientClosedAsync();
        Assert.That(await visit, Is.EqualTo(SocketError.ConnectionReset));
        Assert.That(
            session.Reason,
            Is.EqualTo(version == "tls1_2" ? "handshake_failed" : "refused_by_peer"),
            session.ToString()
        );
        Assert.That(session.Detail, Does.Contain("require"));
    }

    private static TunnelSettings WithoutCertificate(TunnelSettings settings) =>
        settings with
        {
            Tls = settings.Tls with { CertFile = null, KeyFile = null },
        };

    private static PairOptions Towards(OpenSslServer server, TestCa root, TimeSpan budget = default) =>
        Towards(server.Port, root, budget);

    private static PairOptions Towards(int port, TestCa root, TimeSpan budget = default) =>
        new()
        {
            StartServer = false,
            Root = root,
            Client = settings =>
                settings with
                {
                    Forward = new HostPort("127.0.0.1", port),
                    Reconnect = new ReconnectSettings { MaxElapsed = budget },
                },
        };
}
