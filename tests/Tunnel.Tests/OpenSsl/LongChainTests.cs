using System.Security.Authentication;
using NUnit.Framework;
using Tunnel.OpenSsl;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.OpenSsl;

/// <summary>
/// Flights larger than a record and than any buffer of a handshake, and chains of more than real ones have.
/// </summary>
[LeavesNothing]
public sealed class LongChainTests
{
    [Test]
    public async Task Chains_of_many_records_arrive_both_ways(
        [Values(SslProtocols.Tls12, SslProtocols.Tls13)] SslProtocols version
    )
    {
        var root = TestCa.CreateRoot();
        var server = Long(root.CreateIntermediate(), "server");
        Assert.That(server.Certificate.RawData, Has.Length.GreaterThan(17 * 1024), "more than a record holds");
        using var peers = new TlsPeers(root, server, Long(root.CreateIntermediate(), "client")).Speaking(version);
        using var client = TlsPeers.Endpoint(peers.Client);
        using var endpoint = TlsPeers.Endpoint(peers.Server);

        var (near, far) = await peers.HandshakeAsync(client, endpoint);

        Assert.That((near.Fault, far.Fault), Is.EqualTo(((object?)null, (object?)null)));
        Assert.That(near.Info!.Peer!.Subject, Is.EqualTo("CN=server"));
        Assert.That(far.Info!.Peer!.Subject, Is.EqualTo("CN=client"));
        await TlsPeers.PassAndCloseAsync(near, far);
    }

    [Test]
    public void A_session_that_is_over_is_refused_rather_than_followed_into_freed_memory()
    {
        using var peers = new TlsPeers();
        using var context = new OpenSslContext(peers.Client);
        var session = new OpenSslSession(context.Handle, server: false, "localhost");
        session.Dispose();
        session.Dispose();

        Assert.That(() => session.Handshake([], new byte[1], out _, out _), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => session.HoldsInput, Throws.TypeOf<ObjectDisposedException>());
    }

    private static TestCertificate Long(TestCa lower, string name) =>
        lower.Issue(
            new TestLeaf
            {
                CommonName = name,
                DnsNames = ["localhost", .. Enumerable.Range(0, 780).Select(i => $"host-{i}.some.example")],
            }
        );
}
