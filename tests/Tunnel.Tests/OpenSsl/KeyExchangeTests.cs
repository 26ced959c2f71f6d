using System.Security.Authentication;
using NUnit.Framework;
using Tunnel.OpenSsl;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;
using Tunnel.Tls.SslStreamBackend;

namespace Tunnel.Tests.OpenSsl;

/// <summary>Which key exchanges are agreed on, with a libssl that has ML-KEM (3.5) and with one that has not.</summary>
[LeavesNothing]
public sealed class KeyExchangeTests
{
    private const string Hybrid = "X25519MLKEM768";

    private static bool HasHybrids =>
        (LibCrypto.OPENSSL_version_major(), LibCrypto.OPENSSL_version_minor()) is (> 3, _) or (3, >= 5);

    [TestCase(KeyExchange.EllipticCurves, KeyExchange.EllipticCurves)]
    [TestCase(KeyExchange.EllipticCurves, KeyExchange.OfLibrary)]
    [TestCase(KeyExchange.OfLibrary, KeyExchange.EllipticCurves)]
    public async Task The_best_group_that_both_have_is_agreed_on_and_told(KeyExchange clients, KeyExchange servers)
    {
        var (near, far) = await MeetAsync(p => p with { KeyExchange = clients }, p => p with { KeyExchange = servers });

        Assert.That((near.Info!.Group, far.Info!.Group), Is.EqualTo((Best(), Best())), near.ToString());
        await TlsPeers.PassAndCloseAsync(near, far);
    }

    [TestCase("P-384", "secp384r1")]
    [TestCase("X25519", "x25519")]
    public async Task One_that_has_no_hybrid_is_served_over_a_curve(string groups, string name)
    {
        var (near, far) = await MeetAsync(
            p => p with { Groups = groups },
            p => p with { KeyExchange = KeyExchange.EllipticCurves }
        );

        Assert.That(far.Info!.Group, Is.EqualTo(name), far.ToString());
        await TlsPeers.PassAndCloseAsync(near, far);
    }

    [Test]
    public async Task Finite_fields_are_not_modern()
    {
        var (near, far) = await MeetAsync(
            p => p with { Groups = "ffdhe2048" },
            p => p with { KeyExchange = KeyExchange.EllipticCurves }
        );

        Assert.That((near.Transport, far.Transport), Is.EqualTo(((object?)null, (object?)null)), far.ToString());
    }

    [Test]
    public async Task A_resumed_session_has_a_key_exchange_of_its_own()
    {
        using var peers = Modern();
        using var client = TlsPeers.Endpoint(peers.Client with { KeyExchange = KeyExchange.EllipticCurves });
        using var server = TlsPeers.Endpoint(peers.Server with { KeyExchange = KeyExchange.EllipticCurves });
        var (near, far) = await peers.HandshakeAsync(client, server);
        await TlsPeers.PassAndCloseAsync(near, far);

        (near, far) = await peers.HandshakeAsync(client, server);

        Assert.That((near.Info!.Resumed, near.Info!.Group), Is.EqualTo((true, Best())));
        await TlsPeers.PassAndCloseAsync(near, far);
    }

    [Test]
    public async Task Post_quantum_or_nothing()
    {
        if (!HasHybrids)
        {
            using var peers = Modern();
            Assert.That(
                () => TlsPeers.Endpoint(peers.Server with { KeyExchange = KeyExchange.PostQuantum }),
                Throws
                    .TypeOf<TlsSetupException>()
                    .With.Message.StartsWith("tls.require is post_quantum, but this libssl, 3.")
                    .And.Message.Contains("came with OpenSSL 3.5")
            );
            return;
        }

        const string Words = "the peer has no post-quantum key exchange, which tls.require demands here (";
        var (near, far) = await MeetAsync(PostQuantum, p => p with { KeyExchange = KeyExchange.EllipticCurves });
        Assert.That((near.Info!.Group, far.Info!.Group), Is.EqualTo((Hybrid, Hybrid)));
        await TlsPeers.PassAndCloseAsync(near, far);

        (_, far) = await MeetAsync(p => p with { Groups = "X25519:P-256" }, PostQuantum);
        Assert.That(far.Fault!.Detail, Does.StartWith(Words));

        (near, _) = await MeetAsync(PostQuantum, p => p with { Groups = "X25519:P-256" });
        Assert.That(near.Fault!.Detail, Does.StartWith(Words));
    }

    [Test]
    public async Task A_handshake_that_fails_before_there_is_a_session_has_no_group()
    {
        var (near, far) = await MeetAsync(p => p with { Versions = SslProtocols.Tls12 }, p => p);

        Assert.That((near.Transport, far.Transport), Is.EqualTo(((object?)null, (object?)null)), far.ToString());
    }

    [Test]
    public void SslStream_cannot_demand_it()
    {
        using var peers = new TlsPeers();
        Assert.That(
            () => new SslStreamTls().CreateEndpoint(PostQuantum(peers.Server)),
            Throws.TypeOf<TlsSetupException>().With.Message.Contains("tls.require needs the openssl backend")
        );
    }

    private static string Best() => HasHybrids ? Hybrid : "x25519";

    private static TlsProfile PostQuantum(TlsProfile profile) => profile with { KeyExchange = KeyExchange.PostQuantum };

    private static TlsPeers Modern() => new TlsPeers().Speaking(SslProtocols.Tls13);

    private static async Task<(HandshakeOutcome Near, HandshakeOutcome Far)> MeetAsync(
        Func<TlsProfile, TlsProfile> ofClient,
        Func<TlsProfile, TlsProfile> ofServer
    )
    {
        using var peers = Modern();
        using var client = TlsPeers.Endpoint(ofClient(peers.Client));
        using var server = TlsPeers.Endpoint(ofServer(peers.Server));
        return await peers.HandshakeAsync(client, server);
    }
}
