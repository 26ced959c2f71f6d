using System.Security.Authentication;
using NUnit.Framework;
using Tunnel.Cli;
using Tunnel.Config;
using Tunnel.OpenSsl;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.OpenSsl;

/// <summary>
/// Servers that share a ticket key file take each other's tickets, and no client gets further by it than by a full
/// handshake.
/// </summary>
[LeavesNothing]
public sealed class SharedTicketTests
{
    private static readonly SslProtocols[] _versions = [SslProtocols.Tls12, SslProtocols.Tls13];

    private readonly ManualTime _time = new();
    private TlsPeers _peers = null!;
    private string _file = "";

    [SetUp]
    public void Prepare()
    {
        _peers = new TlsPeers();
        _file = _peers.WriteFile("secrets", TicketFiles.Of(TicketFiles.Secret()));
        _peers.Server = _peers.Server with { TicketSecrets = TicketSecrets.Load(_file) };
    }

    [TearDown]
    public void Forget() => _peers.Dispose();

    [Test]
    public async Task A_ticket_of_one_is_resumed_at_another_and_its_new_one_at_a_third(
        [ValueSource(nameof(_versions))] SslProtocols version,
        [Values(TlsBackendSetting.OpenSsl, TlsBackendSetting.SslStream)] TlsBackendSetting backend
    )
    {
        _peers.Speaking(version);
        using var client = BackendChoice.For(backend).Backend.CreateEndpoint(_peers.Client);
        using var first = Server();
        using var second = Server();
        using var third = Server();

        Assert.That(await ResumesAsync(client, first), Is.False);
        Assert.That(await ResumesAsync(client, second), Is.True);
        Assert.That(await ResumesAsync(client, third), Is.True);
    }

    [Test]
    public async Task A_server_with_a_renewed_certificate_and_another_list_of_names_takes_it()
    {
        using var client = TlsPeers.Endpoint(_peers.Client);
        using var first = Server();
        using var renewed = Server(
            _peers.Server with
            {
                Own = _peers.IssueServer("server"),
                Policy = PeerPolicy.ForClients(_peers.Server.Policy.Anchors, ["client", "another"]),
            }
        );

        Assert.That(await ResumesAsync(client, first), Is.False);
        Assert.That(await ResumesAsync(client, renewed), Is.True);
    }

    [Test]
    public async Task Whom_the_other_does_not_let_in_it_refuses_with_the_ticket(
        [ValueSource(nameof(_versions))] SslProtocols version
    )
    {
        _peers.Speaking(version);
        using var client = TlsPeers.Endpoint(_peers.Client);
        using var first = Server();
        var policy = PeerPolicy.ForClients(_peers.Server.Policy.Anchors, ["somebody else"]);
        using var strict = Server(_peers.Server with { Policy = policy });
        await ResumesAsync(client, first);

        var (near, far) = await _peers.HandshakeAsync(client, strict);

        Assert.That((far.Info!.Resumed, far.Refusal?.Code), Is.EqualTo((true, RefusalCode.WrongName)));
        near.Transport?.Dispose();
        far.Transport?.Dispose();
    }

    [TestCaseSource(nameof(_versions))]
    public async Task A_server_that_has_never_seen_the_client_knows_the_CAs_above_it(SslProtocols version)
    {
        var root = TestCa.CreateRoot();
        var team = root.CreateIntermediate("Division").CreateIntermediate("Team A");
        using var peers = new TlsPeers(root, client: team.Issue(new TestLeaf { CommonName = "client" })).Speaking(
            version
        );
        var secrets = _peers.Server.TicketSecrets;
        using var client = TlsPeers.Endpoint(peers.Client);
        using var first = TlsPeers.Endpoint(peers.Server with { TicketSecrets = secrets });
        var (near, far) = await peers.HandshakeAsync(client, first);
        await TlsPeers.PassAndCloseAsync(near, far);

        foreach (var (issuer, isLetIn) in new[] { ("Team A", true), ("Division", true), ("Team B", false) })
        {
            var entry = new AccessEntry(
                "access[0]",
                false,
                false,
                [new AccessCondition(AccessKey.Issuer, false, [issuer])]
            );
            var rules = new AccessRules(new AccessSettings([entry], IsEnforced: true), []);
            var policy = PeerPolicy.ForClients(peers.Server.Policy.Anchors, rules);
            using var other = TlsPeers.Endpoint(peers.Server with { TicketSecrets = secrets, Policy = policy });

            (near, far) = await peers.HandshakeAsync(client, other);

            Assert.That((far.Info!.Resumed, far.Refusal is null), Is.EqualTo((true, isLetIn)), issuer);
            Assert.That(far.Info.Chain?.Certificates, Has.Count.EqualTo(4));
            Assert.That(other.JudgeAgain(far.Info) is null, Is.EqualTo(isLetIn), issuer);
            if (isLetIn)
            {
                await TlsPeers.PassAndCloseAsync(near, far);
                continue;
            }

            near.Transport?.Dispose();
            far.Transport?.Dispose();
        }
    }

    [Test]
    public async Task A_server_with_another_CA_wants_to_see_the_certificate(
        [ValueSource(nameof(_versions))] SslProtocols version
    )
    {
        _peers.Speaking(version);
        using var client = TlsPeers.Endpoint(_peers.Client);
        using var first = Server();
        var anchors = new TrustAnchors("other.crt", [TestCa.CreateRoot("Other").Certificate]);
        using var other = Server(_peers.Server with { Policy = PeerPolicy.ForClients(anchors, []) });
        await ResumesAsync(client, first);

        var (near, far) = await _peers.HandshakeAsync(client, other);

        Assert.That((far.Info!.Resumed, far.Refusal?.Code), Is.EqualTo((false, RefusalCode.UntrustedIssuer)));
        Assert.That(far.Transport, Is.Null);
        near.Transport?.Dispose();
    }

    [Test]
    public async Task What_a_resumed_handshake_does_not_ask_again_must_be_the_same(
        [ValueSource(nameof(_versions))] SslProtocols version
    )
    {
        _peers.Speaking(version);
        var anchors = _peers.Server.Policy.Anchors!;
        var more = new TrustAnchors("more.crt", [.. anchors.Certificates, TestCa.CreateRoot("More").Certificate]);
        TlsProfile[] others =
        [
            _peers.Server with
            {
                Policy = PeerPolicy.ForClients(more, []),
            },
            _peers.Server with
            {
                Crls = RevocationLists.Load(_peers.WriteFile("crl.pem", _peers.Root.Crl([]))),
            },
            _peers.Server with
            {
                Crls = RevocationLists.Load(_peers.WriteFile("new-crl.pem", _peers.Root.Crl([]))),
            },
            _peers.Server with
            {
                Own = _peers.IssueServer("another server"),
            },
            _peers.Server with
            {
                Groups = "P-256",
            },
            _peers.Server with
            {
                Ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256",
            },
        ];
        using var client = TlsPeers.Endpoint(_peers.Client);
        using var first = Server();
        await ResumesAsync(client, first);

        foreach (var profile in others)
        {
            using var other = Server(profile);
            var (near, far) = await _peers.HandshakeAsync(client, other);
            Assert.That((far.Refusal, far.Info!.Resumed), Is.EqualTo(((Refusal?)null, false)));
            Assert.That(far.Info.Peer!.Subject, Is.EqualTo("CN=client"));
            await TlsPeers.PassAndCloseAsync(near, far);
        }
    }

    [Test]
    public async Task Whoever_came_to_an_open_server_without_a_certificate_shows_one_to_the_other()
    {
        using var client = TlsPeers.Endpoint(_peers.Client with { Own = null });
        using var open = Server(_peers.Server with { Policy = PeerPolicy.ForClients(null, []) });
        using var closed = Server();
        var (near, far) = await _peers.HandshakeAsync(client, open);
        await TlsPeers.PassAndCloseAsync(near, far);
        (near, far) = await _peers.HandshakeAsync(client, open);
        Assert.That(near.Info!.Resumed, Is.True);
        await TlsPeers.PassAndCloseAsync(near, far);

        (near, far) = await _peers.HandshakeAsync(client, closed);

        Assert.That(far.Refusal?.Code, Is.EqualTo(RefusalCode.NoCertificate));
        Assert.That(far.Transport, Is.Null);
        near.Transport?.Dispose();
    }

    [Test]
    public async Task A_ticket_lives_through_the_next_period_and_no_longer(
        [ValueSource(nameof(_versions))] SslProtocols version
    )
    {
        _peers.Speaking(version);
        using var client = Client();
        using var server = Server();
        await ResumesAsync(client, server);

        _time.Advance(TicketKeyRing.PeriodLength);
        Assert.That(await ResumesAsync(client, server), Is.True);
        // In TLS 1.3 it has become a new one by now.
        _time.Advance(TicketKeyRing.PeriodLength);
        Assert.That(await ResumesAsync(client, server), Is.EqualTo(version == SslProtocols.Tls13));
        _time.Advance(TicketKeyRing.PeriodLength * 2);
        Assert.That(await ResumesAsync(client, server), Is.False);
    }

    [Test]
    public async Task A_client_of_TLS_1_2_is_given_a_new_ticket_when_its_own_is_of_the_last_period()
    {
        _peers.Speaking(SslProtocols.Tls12);
        using var server = Server();
        using var client = new TicketClient(_peers);
        var first = await client.ShakeAsync(server);
        var second = await client.ShakeAsync(server);
        Assert.That((second.Resumed, second.Held), Is.EqualTo((true, first.Held)));

        _time.Advance(TicketKeyRing.PeriodLength);

        var third = await client.ShakeAsync(server);
        Assert.That((third.Resumed, third.Held == first.Held), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task A_client_of_TLS_1_3_that_asks_is_given_a_new_ticket_each_time()
    {
        _peers.Speaking(SslProtocols.Tls13);
        using var server = Server();
        using var client = new TicketClient(_peers);
        await client.ShakeAsync(server);
        var second = await client.ShakeAsync(server);
        var third = await client.ShakeAsync(server);

        Assert.That((second.Resumed, third.Resumed), Is.EqualTo((true, true)));
        Assert.That(third.Offered, Is.Not.EqualTo(second.Offered));
    }

    [Test]
    public async Task A_secret_taken_out_of_the_file_ends_its_tickets_and_a_faulty_file_ends_none(
        [ValueSource(nameof(_versions))] SslProtocols version
    )
    {
        _peers.Speaking(version);
        using var client = Client();
        using var server = Server();
        await ResumesAsync(client, server);

        var old = File.ReadAllText(_file);
        var next = TicketFiles.Secret();
        await AssertAfterAsync(client, server, "not base64!", resumes: true);
        _time.Advance(TicketKeyRing.PeriodLength / 2);
        await AssertAfterAsync(client, server, $"{next}\n{old}", resumes: true);
        // In TLS 1.3 the ticket is under the first line by now.
        await AssertAfterAsync(client, server, next, resumes: version == SslProtocols.Tls13);
        await AssertAfterAsync(client, server, TicketFiles.Secret(), resumes: false);
        Assert.That(await ResumesAsync(client, server), Is.True);
    }

    [Test]
    public async Task A_ticket_that_somebody_changed_gives_a_full_handshake(
        [ValueSource(nameof(_versions))] SslProtocols version,
        [Values("name", "iv", "content", "mac")] string part
    )
    {
        _peers.Speaking(version);
        using var server = Server();
        using var client = new TicketClient(_peers);
        Assert.That((await client.ShakeAsync(server)).Resumed, Is.False);
        Assert.That((await client.ShakeAsync(server)).Resumed, Is.True);

        Assert.That((await client.ShakeAsync(server, part)).Resumed, Is.False);
        Assert.That((await client.ShakeAsync(server)).Resumed, Is.True);
    }

    private OpenSslEndpoint Client() => Server(_peers.Client);

    private OpenSslEndpoint Server(TlsProfile? profile = null) =>
        new(profile ?? _peers.Server, "OpenSSL", tell: null, _time);

    private async Task AssertAfterAsync(ITlsEndpoint client, ITlsEndpoint server, string content, bool resumes)
    {
        await File.WriteAllTextAsync(_file, content);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(await ResumesAsync(client, server), Is.EqualTo(resumes));
    }

    private async Task<bool> ResumesAsync(ITlsEndpoint client, ITlsEndpoint server)
    {
        var (near, far) = await _peers.HandshakeAsync(client, server);
        Assert.That((near.Fault, far.Fault), Is.EqualTo(((HandshakeFault?)null, (HandshakeFault?)null)));
        Assert.That((near.Refusal, far.Refusal), Is.EqualTo(((Refusal?)null, (Refusal?)null)));
        Assert.That(near.Info!.Resumed, Is.EqualTo(far.Info!.Resumed));
        Assert.That(far.Info.Peer!.Subject, Is.EqualTo("CN=client"));
        await TlsPeers.PassAndCloseAsync(near, far);
        return near.Info.Resumed;
    }
}
