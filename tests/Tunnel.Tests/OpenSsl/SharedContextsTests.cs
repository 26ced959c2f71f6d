using NUnit.Framework;
using Tunnel.OpenSsl;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.OpenSsl;

/// <summary>Tunnels share a context exactly when it would be made of the same, and the last one frees it.</summary>
[LeavesNothing]
public sealed class SharedContextsTests
{
    [Test]
    public void Only_names_and_addresses_may_differ()
    {
        using var peers = new TlsPeers();
        var (server, anchors) = (peers.Server, peers.Server.Policy.Anchors!);
        var context = SharedContexts.Rent(server);
        var named = server with { Policy = PeerPolicy.ForClients(anchors, ["somebody"]) };
        var lists = RevocationLists.Load(peers.WriteFile("crl.pem", peers.Root.Crl([])));
        var others = new TlsProfile[]
        {
            server with
            {
                Own = peers.IssueServer("another"),
            },
            server with
            {
                Crls = lists,
            },
            server with
            {
                Versions = System.Security.Authentication.SslProtocols.Tls13,
            },
            server with
            {
                SessionResumption = false,
            },
            server with
            {
                ApplicationProtocols = [],
            },
            server with
            {
                Ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384",
            },
            server with
            {
                CipherSuites = "TLS_AES_256_GCM_SHA384",
            },
            server with
            {
                Groups = "P-256",
            },
            server with
            {
                Policy = PeerPolicy.ForClients(new TrustAnchors("", anchors.Certificates), []),
            },
            peers.Client,
        };

        Assert.That(SharedContexts.Rent(named), Is.SameAs(context));
        foreach (var other in others)
        {
            var its = SharedContexts.Rent(other);
            Assert.That(its, Is.Not.SameAs(context), $"{other}");
            SharedContexts.Return(its, other);
        }

        SharedContexts.Return(context, server);
        Assert.That(context.Handle, Is.Not.EqualTo((nint)0), "somebody still uses it");
        SharedContexts.Return(context, named);
        Assert.That(context.Handle, Is.EqualTo((nint)0));
        var next = SharedContexts.Rent(server);
        Assert.That(next, Is.Not.SameAs(context));
        SharedContexts.Return(next, server);
    }

    [Test]
    public async Task Whom_one_tunnel_lets_in_another_that_shares_its_context_may_refuse()
    {
        using var peers = new TlsPeers();
        using var client = TlsPeers.Endpoint(peers.Client);
        using var open = TlsPeers.Endpoint(peers.Server);
        var policy = PeerPolicy.ForClients(peers.Server.Policy.Anchors, ["somebody"]);
        using var strict = TlsPeers.Endpoint(peers.Server with { Policy = policy });
        var (near, far) = await peers.HandshakeAsync(client, open);
        await TlsPeers.PassAndCloseAsync(near, far);

        (near, far) = await peers.HandshakeAsync(client, strict);

        Assert.That((far.Info!.Resumed, far.Refusal?.Code), Is.EqualTo((true, (RefusalCode?)RefusalCode.WrongName)));
        near.Transport?.Dispose();
        far.Transport?.Dispose();
    }
}
