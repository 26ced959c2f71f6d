using NUnit.Framework;
using Tunnel.OpenSsl;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.OpenSsl;

/// <summary>
/// What is remembered of a peer spares its chain's signatures; it never makes a bad chain a good one.
/// </summary>
[LeavesNothing]
public sealed class VerifiedPeersTests
{
    // Long enough for two handshakes on a busy machine, short enough to wait for.
    private static readonly TimeSpan _life = TimeSpan.FromSeconds(5);

    [Test]
    public async Task A_known_peer_is_refused_when_a_CA_above_it_has_expired()
    {
        var root = TestCa.CreateRoot();
        var end = DateTimeOffset.UtcNow + _life;
        var client = root.CreateIntermediate(notAfter: end).Issue();
        using var peers = new TlsPeers(root, client: client);
        using var near = TlsPeers.Endpoint(peers.Client with { SessionResumption = false });
        using var far = TlsPeers.Endpoint(peers.Server);

        Assert.That(await JudgeAsync(peers, near, far), Is.Null);
        Assert.That(await JudgeAsync(peers, near, far), Is.Null);
        await PassAsync(end);
        Assert.That(await JudgeAsync(peers, near, far), Is.EqualTo(RefusalCode.Expired));
    }

    [Test]
    public async Task A_known_peer_is_refused_when_the_revocation_list_is_outdated()
    {
        using var peers = new TlsPeers();
        var end = DateTimeOffset.UtcNow + _life;
        var list = peers.WriteFile("crl.pem", peers.Root.Crl([], to: end));
        using var near = TlsPeers.Endpoint(peers.Client with { SessionResumption = false });
        using var far = TlsPeers.Endpoint(peers.Server with { Crls = RevocationLists.Load(list) });

        Assert.That(await JudgeAsync(peers, near, far), Is.Null);
        await PassAsync(end);
        Assert.That(await JudgeAsync(peers, near, far), Is.EqualTo(RefusalCode.RevocationUnknown));
    }

    [Test]
    public async Task A_chain_that_lacks_a_link_is_bad_also_when_the_whole_one_is_known()
    {
        var root = TestCa.CreateRoot();
        var lower = root.CreateIntermediate();
        var client = lower.Issue();
        using var peers = new TlsPeers(root, client: client);
        using var whole = TlsPeers.Endpoint(peers.Client with { SessionResumption = false });
        var leafOnly = peers.Own(client with { Sent = [] }, "leaf-only");
        using var bare = TlsPeers.Endpoint(peers.Client with { SessionResumption = false, Own = leafOnly });
        using var far = TlsPeers.Endpoint(peers.Server);

        Assert.That(await JudgeAsync(peers, bare, far), Is.EqualTo(RefusalCode.UntrustedIssuer));
        Assert.That(await JudgeAsync(peers, whole, far), Is.Null);
        Assert.That(await JudgeAsync(peers, bare, far), Is.EqualTo(RefusalCode.UntrustedIssuer));
    }

    [Test]
    public async Task What_one_tunnel_knows_another_does_not()
    {
        using var peers = new TlsPeers();
        using var strangers = new TlsPeers();
        using var near = TlsPeers.Endpoint(peers.Client with { SessionResumption = false });
        using var far = TlsPeers.Endpoint(peers.Server);
        using var stranger = TlsPeers.Endpoint(strangers.Server with { Own = peers.Server.Own });

        Assert.That(await JudgeAsync(peers, near, far), Is.Null);
        Assert.That(await JudgeAsync(peers, near, stranger), Is.EqualTo(RefusalCode.UntrustedIssuer));
    }

    [Test]
    public async Task A_known_peer_whose_name_is_allowed_no_more_is_refused()
    {
        using var peers = new TlsPeers();
        using var near = TlsPeers.Endpoint(peers.Client with { SessionResumption = false });
        using var far = TlsPeers.Endpoint(peers.Server);

        Assert.That(await JudgeAsync(peers, near, far), Is.Null);
        peers.AllowedNames.Add("somebody-else");
        Assert.That(await JudgeAsync(peers, near, far), Is.EqualTo(RefusalCode.WrongName));
    }

    // Certificates and lists count whole seconds.
    private static Task PassAsync(DateTimeOffset end) => Task.Delay(end.AddSeconds(1.1) - DateTimeOffset.UtcNow);

    /// <summary>The server's verdict about the client.</summary>
    private static async Task<RefusalCode?> JudgeAsync(TlsPeers peers, OpenSslEndpoint near, OpenSslEndpoint far)
    {
        var (client, server) = await peers.HandshakeAsync(near, far);
        client.Transport?.Dispose();
        server.Transport?.Dispose();
        return server.Refusal?.Code;
    }
}
