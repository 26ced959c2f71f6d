using System.Security.Authentication;
using NUnit.Framework;
using Tunnel.Cli;
using Tunnel.Config;
using Tunnel.OpenSsl;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.OpenSsl;

/// <summary>A ticket spares the signatures, never the question whether the peer is welcome.</summary>
[LeavesNothing]
public sealed class ResumptionTests
{
    [Test]
    public async Task The_second_connection_is_resumed_and_knows_its_peer(
        [Values(SslProtocols.Tls12, SslProtocols.Tls13)] SslProtocols version
    )
    {
        using var peers = new TlsPeers().Speaking(version);
        using var client = TlsPeers.Endpoint(peers.Client);
        using var server = TlsPeers.Endpoint(peers.Server);

        Assert.That(await ResumesAsync(peers, client, server), Is.False);
        Assert.That(await ResumesAsync(peers, client, server), Is.True);
        Assert.That(await ResumesAsync(peers, client, server), Is.True);
    }

    [Test]
    public async Task One_ticket_serves_many_connections_also_when_they_break(
        [Values(SslProtocols.Tls12, SslProtocols.Tls13)] SslProtocols version
    )
    {
        using var peers = new TlsPeers().Speaking(version);
        using var client = TlsPeers.Endpoint(peers.Client);
        using var server = TlsPeers.Endpoint(peers.Server);

        for (var connection = 0; connection < 4; connection++)
        {
            var (near, far) = await peers.HandshakeAsync(client, server);
            Assert.That((near.Info!.Resumed, far.Info!.Resumed), Is.EqualTo((connection > 0, connection > 0)));
            if (connection == 0)
            {
                // In TLS 1.3 the ticket comes behind the handshake; the later connections do not read theirs.
                await far.Transport!.WriteAsync(new byte[1]);
                (await near.Transport!.ReadAsync()).Return();
            }

            // Without close_notify.
            near.Transport!.Dispose();
            far.Transport!.Dispose();
        }
    }

    [Test]
    public async Task A_client_whose_ticket_is_young_is_sent_no_other([Values] bool shared)
    {
        using var peers = new TlsPeers().Speaking(SslProtocols.Tls13);
        var secrets = peers.WriteFile("secrets", TicketFiles.Of(TicketFiles.Secret()));
        var time = new ManualTime();
        using var client = new OpenSslEndpoint(peers.Client, "OpenSSL", tell: null, time);
        using var server = TlsPeers.Endpoint(
            peers.Server with
            {
                TicketSecrets = shared ? TicketSecrets.Load(secrets) : null,
            }
        );
        var full = await BytesOfTicketsAsync(peers, client, server);
        var young = await BytesOfTicketsAsync(peers, client, server);
        time.Advance(TicketKeyRing.PeriodLength / 2);
        var old = await BytesOfTicketsAsync(peers, client, server);
        var renewed = await BytesOfTicketsAsync(peers, client, server);

        Assert.That((full > 0, young, old > 0, renewed), Is.EqualTo((true, 0L, true, 0L)));
    }

    [Test]
    public async Task Clients_of_the_runtime_resume_too(
        [Values(SslProtocols.Tls12, SslProtocols.Tls13)] SslProtocols version
    )
    {
        using var peers = new TlsPeers().Speaking(version);
        using var client = BackendChoice.For(TlsBackendSetting.SslStream).Backend.CreateEndpoint(peers.Client);
        using var server = TlsPeers.Endpoint(peers.Server);

        Assert.That(await ResumesAsync(peers, client, server), Is.False);
        Assert.That(await ResumesAsync(peers, client, server), Is.True);
        Assert.That(await ResumesAsync(peers, client, server), Is.True);
    }

    [Test]
    public async Task Without_resumption_on_either_side_none_is_resumed(
        [Values(SslProtocols.Tls12, SslProtocols.Tls13)] SslProtocols version,
        [Values] TunnelRole without
    )
    {
        using var peers = new TlsPeers().Speaking(version);
        using var client = TlsPeers.Endpoint(peers.Client with { SessionResumption = without != TunnelRole.Client });
        using var server = TlsPeers.Endpoint(peers.Server with { SessionResumption = without != TunnelRole.Server });

        Assert.That(await ResumesAsync(peers, client, server), Is.False);
        Assert.That(await ResumesAsync(peers, client, server), Is.False);
    }

    [Test]
    public async Task A_ticket_of_another_server_is_worth_nothing()
    {
        using var peers = new TlsPeers();
        using var client = TlsPeers.Endpoint(peers.Client);
        using var server = TlsPeers.Endpoint(peers.Server);
        var again = peers.Own(peers.ServerCertificate, "again");
        using var other = TlsPeers.Endpoint(peers.Server with { Own = again });

        Assert.That(await ResumesAsync(peers, client, server), Is.False);
        Assert.That(await ResumesAsync(peers, client, other), Is.False);
    }

    [Test]
    public async Task A_client_taken_from_the_list_is_refused_with_its_ticket(
        [Values(SslProtocols.Tls12, SslProtocols.Tls13)] SslProtocols version
    )
    {
        using var peers = new TlsPeers().Speaking(version);
        peers.AllowedNames.Add("client");
        using var client = TlsPeers.Endpoint(peers.Client);
        using var server = TlsPeers.Endpoint(peers.Server);
        await ResumesAsync(peers, client, server);

        peers.AllowedNames[0] = "somebody else";
        var (near, far) = await peers.HandshakeAsync(client, server);

        Assert.That(far.Info!.Resumed, Is.True);
        Assert.That(far.Refusal?.Code, Is.EqualTo(RefusalCode.WrongName));
        Assert.That(far.Refusal!.Reason, Does.Contain("somebody else"));
        near.Transport?.Dispose();
        far.Transport?.Dispose();
    }

    [Test]
    public async Task A_client_revoked_since_is_refused_with_its_ticket(
        [Values(SslProtocols.Tls12, SslProtocols.Tls13)] SslProtocols version
    )
    {
        using var peers = new TlsPeers().Speaking(version);
        using var context = new OpenSslContext(peers.Server);
        using var client = TlsPeers.Endpoint(peers.Client);
        using var before = new NativeCrls(RevocationLists.Load(peers.WriteFile("before.pem", peers.Root.Crl([]))));
        var revoked = peers.Root.Crl([peers.ClientCertificate.Certificate]);
        using var after = new NativeCrls(RevocationLists.Load(peers.WriteFile("after.pem", revoked)));

        Assert.That(await ServeAsync(peers, client, context, before), Is.EqualTo((false, (RefusalCode?)null)));
        Assert.That(await ServeAsync(peers, client, context, before), Is.EqualTo((true, (RefusalCode?)null)));
        Assert.That(
            await ServeAsync(peers, client, context, after),
            Is.EqualTo((true, (RefusalCode?)RefusalCode.Revoked))
        );
    }

    [Test]
    public async Task A_server_revoked_since_is_refused_and_its_ticket_forgotten()
    {
        using var peers = new TlsPeers();
        var outdated = DateTimeOffset.UtcNow.AddSeconds(2);
        var file = peers.WriteFile("crl.pem", peers.Root.Crl([], to: outdated));
        using var client = TlsPeers.Endpoint(peers.Client with { Crls = RevocationLists.Load(file) });
        using var server = TlsPeers.Endpoint(peers.Server);
        Assert.That(await ResumesAsync(peers, client, server), Is.False);
        Assert.That(await ResumesAsync(peers, client, server), Is.True);

        await Eventually.HoldsAsync(() => DateTimeOffset.UtcNow > outdated.AddSeconds(1), () => "time stands still");
        var (near, far) = await peers.HandshakeAsync(client, server);

        Assert.That(near.Info!.Resumed, Is.True);
        Assert.That(near.Refusal?.Reason, Does.Contain("expired"));
        near.Transport?.Dispose();
        far.Transport?.Dispose();
        (near, far) = await peers.HandshakeAsync(client, server);
        Assert.That((near.Info!.Resumed, near.Refusal?.Code), Is.EqualTo((false, RefusalCode.RevocationUnknown)));
        far.Transport?.Dispose();
    }

    [Test]
    public void Of_several_lists_of_one_CA_any_that_names_the_leaf_counts()
    {
        using var files = new TempDirectory();
        var root = TestCa.CreateRoot();
        var (leaf, other) = (root.Issue().Certificate, TestCa.CreateRoot("Other").Issue().Certificate);
        var now = DateTimeOffset.UtcNow;
        var old = root.Crl([], now.AddDays(-3), now.AddDays(-2));
        using var good = new NativeCrls(RevocationLists.Load(files.Write("good.pem", old + root.Crl([]))));
        using var outdated = new NativeCrls(RevocationLists.Load(files.Write("outdated.pem", old)));
        using var early = new NativeCrls(
            RevocationLists.Load(files.Write("early.pem", root.Crl([], now.AddDays(1), now.AddDays(2))))
        );
        using var revoked = new NativeCrls(
            RevocationLists.Load(files.Write("revoked.pem", root.Crl([]) + root.Crl([leaf])))
        );
        Assert.Multiple(() =>
        {
            Assert.That(good.JudgeAgain(leaf), Is.Null);
            Assert.That(outdated.JudgeAgain(leaf)?.Reason, Does.Contain("expired"));
            Assert.That(early.JudgeAgain(leaf), Is.Not.Null);
            Assert.That(revoked.JudgeAgain(leaf)?.Reason, Does.Contain("is revoked by"));
            Assert.That(good.JudgeAgain(other)?.Reason, Does.Contain("has no CRL"));
        });
    }

    [Test]
    public void A_name_that_is_too_long_is_not_written_out_when_it_is_revoked()
    {
        using var files = new TempDirectory();
        var root = TestCa.CreateRoot();
        var leaf = root.Issue(new TestLeaf { CommonName = new string('c', 1_500) }).Certificate;
        using var crls = new NativeCrls(RevocationLists.Load(files.Write("crl.pem", root.Crl([leaf]))));

        Assert.That(crls.JudgeAgain(leaf)?.Reason, Does.StartWith("certificate (a name of"));
    }

    [Test]
    public void A_certificate_that_has_expired_since_is_refused()
    {
        var root = TestCa.CreateRoot();
        var policy = PeerPolicy.ForClients(new TrustAnchors("ca.crt", [root.Certificate]), []);
        var expired = root.Issue(TestLeaf.Expired(TimeSpan.FromDays(1))).Certificate;
        Assert.That(
            policy.JudgeResumed(expired, null, CommonNameUse.AnyName, null)?.Code,
            Is.EqualTo(RefusalCode.Expired)
        );
        Assert.That(policy.JudgeResumed(root.Issue().Certificate, null, CommonNameUse.AnyName, null), Is.Null);
        Assert.That(
            policy.JudgeResumed(null, null, CommonNameUse.AnyName, null)?.Code,
            Is.EqualTo(RefusalCode.NoCertificate)
        );
    }

    /// <summary>What a client receives behind its own handshake besides a record with one byte.</summary>
    private static async Task<long> BytesOfTicketsAsync(TlsPeers peers, OpenSslEndpoint client, OpenSslEndpoint server)
    {
        const int Record = 5 + 1 + 1 + 16;
        var (plain, channel) = await peers.ConnectAsync();
        var serving = server.HandshakeAsync(channel);
        var nearChannel = TlsPeers.Adopt(plain);
        var near = await client.HandshakeAsync(nearChannel).WaitAsync(Wire.Patience);
        var far = await serving.WaitAsync(Wire.Patience);
        var before = nearChannel.BytesReceived;
        await far.Transport!.WriteAsync(new byte[1]);
        (await near.Transport!.ReadAsync()).Return();
        var tickets = nearChannel.BytesReceived - before - Record;
        near.Transport.Dispose();
        far.Transport.Dispose();
        return tickets;
    }

    private static async Task<bool> ResumesAsync(TlsPeers peers, ITlsEndpoint client, ITlsEndpoint server)
    {
        var (near, far) = await peers.HandshakeAsync(client, server);
        Assert.That(near.Info!.Resumed, Is.EqualTo(far.Info!.Resumed));
        Assert.That(near.Info.Peer!.Subject, Is.EqualTo("CN=server"));
        Assert.That(far.Info.Peer!.Subject, Is.EqualTo("CN=client"));
        Assert.That((near.Refusal, far.Refusal), Is.EqualTo(((Refusal?)null, (Refusal?)null)));
        await TlsPeers.PassAndCloseAsync(near, far);
        return near.Info.Resumed;
    }

    /// <summary>
    /// The server's side of a handshake with a list that may be another than last time, which an endpoint never has.
    /// </summary>
    private static async Task<(bool Resumed, RefusalCode? Refusal)> ServeAsync(
        TlsPeers peers,
        OpenSslEndpoint client,
        OpenSslContext context,
        NativeCrls crls
    )
    {
        var (plain, channel) = await peers.ConnectAsync();
        var shaking = client.HandshakeAsync(TlsPeers.Adopt(plain));
        var session = new OpenSslSession(context.Handle, server: true, null);
        using var tickets = new TicketJar();
        var handshaker = new Handshaker(
            session,
            channel,
            new ConnectionState(session, peers.Server, crls, tickets, new())
        );
        Assert.That(await handshaker.RunAsync(), Is.Null);
        var info = handshaker.Describe("OpenSSL");
        if (info.Resumed)
        {
            handshaker.State.JudgeResumed();
        }

        var records = RecordsChoice.After(session, handshaker, peers.Server, info.Cipher);
        var far = new HandshakeOutcome { Transport = new OpenSslTransport(records, channel, handshaker.Rest) };
        await TlsPeers.PassAndCloseAsync(await shaking, far);
        return (info.Resumed, handshaker.State.Refusal?.Code);
    }
}
