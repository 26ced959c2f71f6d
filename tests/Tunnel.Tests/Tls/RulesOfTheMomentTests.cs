using System.Security.Authentication;
using System.Security.Cryptography;
using NUnit.Framework;
using Tunnel.Cli;
using Tunnel.Config;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Tls;

/// <summary>
/// A server that goes by other rules from now on: a client that the old ones let in is refused by the new ones, with
/// its ticket and without, whatever the backends and the version.
/// </summary>
[LeavesNothing]
[TestFixtureSource(typeof(TestBackends), nameof(TestBackends.Pairs))]
public sealed class RulesOfTheMomentTests(BackendPair backends)
{
    private static readonly SslProtocols[] _versions = [SslProtocols.Tls12, SslProtocols.Tls13];

    private TlsPeers _peers = null!;

    [SetUp]
    public void Prepare()
    {
        var root = TestCa.CreateRoot();
        var client = root.CreateIntermediate().Issue(new TestLeaf { CommonName = "client", Units = ["ops"] });
        _peers = new TlsPeers(root, client: client);
    }

    [TearDown]
    public void Forget() => _peers.Dispose();

    [Test]
    public async Task A_client_that_is_off_the_list_is_refused([ValueSource(nameof(_versions))] SslProtocols version) =>
        Assert.That(
            await ChangeAsync(
                version,
                server => server with { Policy = PeerPolicy.ForClients(server.Policy.Anchors, ["another"]) }
            ),
            Is.EqualTo((RefusalCode.WrongName, RefusalCode.WrongName))
        );

    [Test]
    public async Task A_client_is_refused_by_what_the_list_denies(
        [ValueSource(nameof(_versions))] SslProtocols version,
        [Values] AccessKey key,
        [Values] bool isNot
    )
    {
        var client = _peers.ClientCertificate.Certificate;
        var value = key switch
        {
            AccessKey.Names => "client",
            AccessKey.Ou => "ops",
            AccessKey.Issuer => "Test Intermediate",
            AccessKey.Serial => client.SerialNumber,
            AccessKey.Fingerprint => client.GetCertHashString(HashAlgorithmName.SHA256),
            _ => "127.0.0.0/8",
        };
        RefusalCode? expected = isNot ? null : RefusalCode.NotAllowed;
        Assert.That(
            await ChangeAsync(version, server => With(server, new AccessCondition(key, isNot, [value]))),
            Is.EqualTo((expected, expected))
        );
    }

    [Test]
    public async Task A_client_of_a_CA_that_is_gone_is_refused([ValueSource(nameof(_versions))] SslProtocols version) =>
        Assert.That(
            await ChangeAsync(
                version,
                server => server with { Policy = PeerPolicy.ForClients(Trust(TestCa.CreateRoot("Another Root")), []) }
            ),
            Is.EqualTo((RefusalCode.UntrustedIssuer, RefusalCode.UntrustedIssuer))
        );

    [Test]
    public async Task A_client_of_a_CA_that_was_renewed_is_let_in(
        [ValueSource(nameof(_versions))] SslProtocols version
    ) =>
        Assert.That(
            await ChangeAsync(
                version,
                server => server with { Policy = PeerPolicy.ForClients(Trust(_peers.Root.Renew()), []) }
            ),
            Is.EqualTo(((RefusalCode?)null, (RefusalCode?)null))
        );

    [Test]
    public async Task A_client_that_is_revoked_is_refused([ValueSource(nameof(_versions))] SslProtocols version)
    {
        // SslStream knows no CRLs, and refuses to start with one.
        var pair = backends with
        {
            Server = TlsBackendSetting.OpenSsl,
        };
        using var peers = new TlsPeers();
        var lists = RevocationLists.Load(
            peers.WriteFile("crl.pem", peers.Root.Crl([peers.ClientCertificate.Certificate]))
        );
        Assert.That(
            await ChangeAsync(peers, pair, version, server => server with { Crls = lists }),
            Is.EqualTo((RefusalCode.Revoked, RefusalCode.Revoked))
        );
    }

    private static TlsProfile With(TlsProfile server, AccessCondition denied)
    {
        AccessEntry[] entries =
        [
            new("access[0]", Denies: true, IsAudit: false, [denied]),
            new("access[1]", Denies: false, IsAudit: false, []),
        ];
        var rules = new AccessRules(new AccessSettings([.. entries], IsEnforced: true), []);
        return server with { Policy = PeerPolicy.ForClients(server.Policy.Anchors, rules) };
    }

    private Task<(RefusalCode? WithTicket, RefusalCode? Without)> ChangeAsync(
        SslProtocols version,
        Func<TlsProfile, TlsProfile> change
    ) => ChangeAsync(_peers, backends, version, change);

    private static async Task<(RefusalCode? WithTicket, RefusalCode? Without)> ChangeAsync(
        TlsPeers peers,
        BackendPair backends,
        SslProtocols version,
        Func<TlsProfile, TlsProfile> change
    )
    {
        peers.Speaking(version);
        var (near, far) = (BackendChoice.For(backends.Client).Backend, BackendChoice.For(backends.Server).Backend);
        using var client = near.CreateEndpoint(peers.Client);
        using var stranger = near.CreateEndpoint(peers.Client with { SessionResumption = false });
        using var old = far.CreateEndpoint(peers.Server);
        using var changed = far.CreateEndpoint(change(peers.Server));
        Assert.That(await PassAsync(peers, client, old), Is.EqualTo(false), "the first handshake is a full one");
        Assert.That(await PassAsync(peers, client, old), Is.EqualTo(true), "the client has no ticket");
        return (await JudgeAsync(peers, client, changed), await JudgeAsync(peers, stranger, changed));
    }

    private static async Task<bool> PassAsync(TlsPeers peers, ITlsEndpoint client, ITlsEndpoint server)
    {
        var (near, far) = await peers.HandshakeAsync(client, server);
        await TlsPeers.PassAndCloseAsync(near, far);
        return far.Info!.Resumed;
    }

    private static async Task<RefusalCode?> JudgeAsync(TlsPeers peers, ITlsEndpoint client, ITlsEndpoint server)
    {
        var (near, far) = await peers.HandshakeAsync(client, server);
        Assert.That(far.Fault, Is.Null);
        near.Transport?.Dispose();
        far.Transport?.Dispose();
        return far.Refusal?.Code;
    }

    private TrustAnchors Trust(TestCa ca) =>
        CaFile.Load(_peers.WriteFile("trusted.crt", ca.Certificate.ExportCertificatePem()));
}
