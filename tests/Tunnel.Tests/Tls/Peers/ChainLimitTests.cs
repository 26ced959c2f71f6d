using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NUnit.Framework;
using Tunnel.Cli;
using Tunnel.Config;
using Tunnel.OpenSsl;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Tls;

/// <summary>
/// More certificates than a peer needs, before each backend and in each role. They come from the OpenSSL backend, which
/// sends whatever its file holds.
/// </summary>
[LeavesNothing]
public sealed class ChainLimitTests
{
    private const int Few = 15;

    [Test]
    public async Task A_chain_of_too_many_certificates_is_refused_by_their_number(
        [Values(TlsBackendSetting.OpenSsl, TlsBackendSetting.SslStream)] TlsBackendSetting backend,
        [Values] TunnelRole peer
    )
    {
        using var peers = new TlsPeers();

        Assert.That((await JudgeAsync(peers, backend, peer, Superfluous(Few))).Refusal, Is.Null);
        var refusal = (await JudgeAsync(peers, backend, peer, Superfluous(Few + 1))).Refusal;

        Assert.That(refusal?.Code, Is.EqualTo(RefusalCode.TooLarge));
        Assert.That(refusal!.Reason, Does.Contain("sent 17 certificates"));
    }

    [Test]
    public async Task A_client_with_many_kilobytes_of_certificates_is_not_even_read(
        [Values(TlsBackendSetting.OpenSsl, TlsBackendSetting.SslStream)] TlsBackendSetting backend
    )
    {
        using var peers = new TlsPeers();

        var outcome = await JudgeAsync(peers, backend, TunnelRole.Client, [Incompressible(60_000)]);

        Assert.That(outcome.Fault?.Kind, Is.EqualTo(HandshakeFaultKind.Protocol));
        Assert.That(outcome.Fault!.Detail, Does.Contain("larger than any real one"));
    }

    private static X509Certificate2[] Superfluous(int count) =>
        [.. Enumerable.Repeat(TestCa.CreateRoot("Strange CA").Certificate, count)];

    /// <summary>
    /// OpenSSL from 3.2 on compresses certificates (RFC 8879): of many that are alike next to nothing is sent.
    /// </summary>
    private static X509Certificate2 Incompressible(int bytes) =>
        TestCa
            .CreateRoot(
                "Strange CA",
                extensions:
                [
                    new X509Extension("1.3.6.1.4.1.99999.1", RandomNumberGenerator.GetBytes(bytes), critical: false),
                ]
            )
            .Certificate;

    /// <summary>What the side under test makes of a good peer that sends this beside its certificate.</summary>
    private static async Task<HandshakeOutcome> JudgeAsync(
        TlsPeers peers,
        TlsBackendSetting backend,
        TunnelRole peer,
        X509Certificate2[] beside
    )
    {
        var certificate = peer == TunnelRole.Client ? peers.ClientCertificate : peers.ServerCertificate;
        var own = peers.Own(certificate with { Sent = beside }, $"many-{Guid.NewGuid()}");
        var ours = peers.Profile(peer.Peer());
        using var hostile = TlsPeers.Endpoint(peers.Profile(peer) with { Own = own });
        using var endpoint = BackendChoice.For(backend).Backend.CreateEndpoint(ours);
        var (client, server) =
            peer == TunnelRole.Client
                ? await peers.HandshakeAsync(hostile, endpoint)
                : await peers.HandshakeAsync(endpoint, hostile);
        client.Transport?.Dispose();
        server.Transport?.Dispose();
        return peer == TunnelRole.Client ? server : client;
    }
}
