using System.Net;
using System.Security.Cryptography.X509Certificates;
using NUnit.Framework;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Tls;

[TestFixture]
public sealed class PeerPolicyTests
{
    private const string AnchorFile = "certs/ca.crt";

    private readonly TestCa _root = TestCa.CreateRoot();

    [TestCase(TestAlgorithm.EcdsaP256, TestAlgorithm.EcdsaP256)]
    [TestCase(TestAlgorithm.Rsa2048, TestAlgorithm.Rsa2048)]
    [TestCase(TestAlgorithm.Rsa2048Pss, TestAlgorithm.Rsa2048)]
    [TestCase(TestAlgorithm.EcdsaP256, TestAlgorithm.Rsa2048Pss)]
    public void A_leaf_of_our_CA_is_welcome_whatever_the_algorithms(TestAlgorithm ca, TestAlgorithm leaf)
    {
        var issuer = TestCa.CreateRoot(algorithm: ca);

        Assert.That(JudgeServer(issuer.Issue(new TestLeaf { Algorithm = leaf }), "localhost", issuer), Is.Null);
    }

    /// <summary>We cannot load such keys ourselves, but a peer with OpenSSL may have one.</summary>
    [Test]
    public void A_peer_whose_key_is_marked_for_RSASSA_PSS_is_welcome()
    {
        using var directory = new TempDirectory();
        var (keyFile, certFile) = (directory.File("pss.key"), directory.File("pss.crt"));
        OpenSslCommand.MustRun("genpkey", "-algorithm", "RSA-PSS", "-out", keyFile);
        OpenSslCommand.MustRun("req", "-x509", "-key", keyFile, "-subj", "/CN=pss", "-out", certFile);
        var anchors = CaFile.Load(certFile);
        var policy = PeerPolicy.ForClients(anchors, ["pss"]);
        using var chain = new X509Chain { ChainPolicy = policy.CreateChainPolicy() };
        chain.Build(anchors.Certificates[0]);

        Assert.That(policy.Judge(anchors.Certificates[0], chain), Is.Null);
    }

    [Test]
    public void An_intermediate_that_is_sent_completes_the_chain() =>
        Assert.That(JudgeClient(_root.CreateIntermediate().CreateIntermediate("Second").Issue()), Is.Null);

    [Test]
    public void An_intermediate_in_the_CA_file_completes_the_chain_too()
    {
        var intermediate = _root.CreateIntermediate();
        var leaf = intermediate.Issue(new TestLeaf { SendIntermediates = false });

        Assert.That(PolicyForClients([_root, intermediate]).Judge(leaf), Is.Null);
    }

    [Test]
    public void A_self_signed_certificate_that_is_in_the_CA_file_is_welcome()
    {
        var pinned = TestCa.SelfSigned();
        var policy = PeerPolicy.ForClients(new TrustAnchors(AnchorFile, [pinned.Certificate]), []);

        Assert.That(policy.Judge(pinned), Is.Null);
    }

    [Test]
    public void An_expired_certificate_is_refused_with_its_date_and_age()
    {
        var leaf = _root.Issue(TestLeaf.Expired(TimeSpan.FromDays(12.5)));

        var refusal = JudgeClient(leaf);

        var date = leaf.Certificate.NotAfter.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss");
        Assert.That(
            refusal,
            Is.EqualTo(new Refusal(RefusalCode.Expired, $"certificate CN=leaf expired on {date}Z (12 days ago)"))
        );
    }

    [Test]
    public void A_certificate_of_the_future_is_refused_with_both_clocks()
    {
        var refusal = JudgeClient(_root.Issue(TestLeaf.NotYetValid(TimeSpan.FromDays(5))))!;

        Assert.That(refusal.Code, Is.EqualTo(RefusalCode.NotYetValid));
        Assert.That(
            refusal.Reason,
            Does.Match(
                @"^certificate CN=leaf is not valid before [-\d]+ [:\d]+Z \(this machine's clock says [-\d]+ [:\d]+Z\)$"
            )
        );
    }

    [Test]
    public void An_expired_intermediate_is_named()
    {
        var refusal = JudgeClient(_root.CreateIntermediate(notAfter: DateTimeOffset.UtcNow.AddHours(-3)).Issue())!;

        Assert.That(refusal.Code, Is.EqualTo(RefusalCode.Expired));
        Assert.That(refusal.Reason, Does.Match(@"^CA certificate CN=Test Intermediate expired on .* \(3 hours ago\)$"));
    }

    [Test]
    public void An_expired_root_is_named()
    {
        var expired = TestCa.CreateRoot("Old Root", notAfter: DateTimeOffset.UtcNow.AddDays(-1.5));

        var refusal = JudgeServer(expired.Issue(), "localhost", expired)!;

        Assert.That(refusal.Code, Is.EqualTo(RefusalCode.Expired));
        Assert.That(refusal.Reason, Does.Match(@"^CA certificate CN=Old Root expired on .* \(1 day ago\)$"));
    }

    [TestCase(TestLeaf.ServerAuth, "lists only serverAuth")]
    [TestCase("2.5.29.37.0", "lists only anyExtendedKeyUsage")]
    [TestCase("1.2.3.4", "lists only 1.2.3.4")]
    public void A_client_needs_the_client_usage(string usageOid, string reason)
    {
        var refusal = JudgeClient(_root.Issue(new TestLeaf { UsageOids = [usageOid] }))!;

        Assert.That(refusal.Code, Is.EqualTo(RefusalCode.WrongUsage));
        Assert.That(
            refusal.Reason,
            Is.EqualTo($"certificate CN=leaf must not be used by a TLS client (extended key usage {reason})")
        );
    }

    [Test]
    public void A_server_needs_the_server_usage()
    {
        var leaf = _root.Issue(new TestLeaf { UsageOids = [TestLeaf.ClientAuth] });

        Assert.That(JudgeServer(leaf, "localhost", _root)?.Code, Is.EqualTo(RefusalCode.WrongUsage));
    }

    [Test]
    public void A_certificate_without_a_list_of_usages_may_be_used_for_all() =>
        Assert.That(JudgeClient(_root.Issue(new TestLeaf { UsageOids = [] })), Is.Null);

    [Test]
    public void A_key_that_may_not_sign_is_refused()
    {
        var refusal = JudgeClient(_root.Issue(new TestLeaf { KeyUsages = X509KeyUsageFlags.KeyEncipherment }))!;

        Assert.That(refusal.Code, Is.EqualTo(RefusalCode.WrongUsage));
        Assert.That(refusal.Reason, Does.Contain("key usage is KeyEncipherment, without DigitalSignature"));
    }

    [Test]
    public void A_CA_that_may_not_issue_for_the_usage_is_named()
    {
        var refusal = JudgeClient(_root.CreateIntermediate(usageOid: TestLeaf.ServerAuth).Issue())!;

        Assert.That(refusal.Code, Is.EqualTo(RefusalCode.WrongUsage));
        Assert.That(refusal.Reason, Does.Contain("of its CA CN=Test Intermediate lists only serverAuth"));
    }

    [Test]
    public void A_server_with_other_names_is_refused_with_the_names_it_has()
    {
        var leaf = new TestLeaf { DnsNames = ["other.example"], Addresses = [IPAddress.Parse("10.0.0.1")] };

        Assert.That(
            JudgeServer(_root.Issue(leaf), "db.example", _root),
            Is.EqualTo(
                new Refusal(RefusalCode.WrongName, "name db.example is not among DNS:other.example, IP:10.0.0.1")
            )
        );
    }

    [Test]
    public void A_client_without_an_allowed_name_is_refused_with_both_lists()
    {
        var policy = PeerPolicy.ForClients(new TrustAnchors(AnchorFile, [_root.Certificate]), ["a", "*.b"]);

        Assert.That(
            policy.Judge(_root.Issue()),
            Is.EqualTo(
                new Refusal(RefusalCode.WrongName, "CN=leaf, DNS:localhost matches none of allowed_client_cns: a, *.b")
            )
        );
    }

    [Test]
    public void A_client_with_an_allowed_name_is_welcome()
    {
        var policy = PeerPolicy.ForClients(new TrustAnchors(AnchorFile, [_root.Certificate]), ["a", "LEAF"]);

        Assert.That(policy.Judge(_root.Issue()), Is.Null);
    }

    [Test]
    public void Of_several_faults_missing_trust_comes_first_and_none_is_left_out()
    {
        var leaf = TestLeaf.Expired(TimeSpan.FromDays(3)) with { UsageOids = [TestLeaf.ClientAuth] };

        var refusal = JudgeServer(TestCa.CreateRoot("Other CA").Issue(leaf), "db.example", _root)!;

        Assert.That(refusal.Code, Is.EqualTo(RefusalCode.UntrustedIssuer));
        Assert.That(
            refusal.Reason,
            Does.Match(
                "^issuer CN=Other CA .*; certificate CN=leaf expired .*; .* lists only clientAuth.*; name db.example"
            )
        );
    }

    [Test]
    public void No_certificate_is_refused() =>
        Assert.That(
            PolicyForClients([_root]).Judge(leaf: null, chain: null),
            Is.EqualTo(new Refusal(RefusalCode.NoCertificate, "the client sent no certificate"))
        );

    [Test]
    public void A_certificate_without_a_chain_is_refused() =>
        Assert.That(PolicyForClients([_root]).Judge(_root.Issue().Certificate, null), Is.Not.Null);

    [Test]
    public void A_chain_that_was_never_built_is_refused()
    {
        using var chain = new X509Chain();

        Assert.That(PolicyForClients([_root]).Judge(_root.Issue().Certificate, chain), Is.Not.Null);
    }

    [Test]
    public void The_chain_of_another_certificate_is_refused()
    {
        var policy = PolicyForClients([_root]);
        using var chain = Verdicts.Build(policy.CreateChainPolicy(), _root.Issue());

        Assert.That(policy.Judge(_root.Issue().Certificate, chain), Is.Not.Null);
    }

    [Test]
    public void A_chain_that_another_policy_trusts_is_refused()
    {
        var other = TestCa.CreateRoot("Other CA");
        var leaf = other.Issue();
        using var chain = Verdicts.Build(PolicyForClients([other]).CreateChainPolicy(), leaf);
        Assert.That(chain.ChainStatus, Is.Empty);

        Assert.That(
            PolicyForClients([_root]).Judge(leaf.Certificate, chain)?.Code,
            Is.EqualTo(RefusalCode.UntrustedIssuer)
        );
    }

    [Test]
    public void A_chain_built_without_dates_and_usage_is_refused_all_the_same()
    {
        var leaf = _root.Issue(TestLeaf.Expired(TimeSpan.FromDays(1)) with { UsageOids = [TestLeaf.ServerAuth] });
        var policy = PolicyForClients([_root]);
        var lax = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            VerificationTimeIgnored = false,
            VerificationTime = DateTime.Now.AddDays(-2),
        };
        lax.CustomTrustStore.Add(_root.Certificate);
        using var chain = Verdicts.Build(lax, leaf);
        Assert.That(chain.ChainStatus, Is.Empty);

        var refusal = policy.Judge(leaf.Certificate, chain)!;

        Assert.That(refusal.Code, Is.EqualTo(RefusalCode.Expired));
        Assert.That(refusal.Reason, Does.Contain("must not be used by a TLS client"));
    }

    [Test]
    public void Without_anchors_clients_need_no_certificate()
    {
        var policy = PeerPolicy.ForClients(null, []);

        Assert.That(policy.RequiresCertificate, Is.False);
        Assert.That(policy.Judge(leaf: null, chain: null), Is.Null);
    }

    [Test]
    public void The_chain_policy_downloads_nothing_and_trusts_the_anchors_only()
    {
        var policy = PolicyForClients([_root]).CreateChainPolicy();

        Assert.That(policy.DisableCertificateDownloads, Is.True);
        Assert.That(policy.TrustMode, Is.EqualTo(X509ChainTrustMode.CustomRootTrust));
        Assert.That(policy.VerificationFlags, Is.EqualTo(X509VerificationFlags.NoFlag));
        Assert.That(policy.RevocationMode, Is.EqualTo(X509RevocationMode.NoCheck));
        Assert.That(policy.CustomTrustStore, Is.EqualTo(new[] { _root.Certificate }));
        Assert.That(policy.ApplicationPolicy, Has.Count.EqualTo(1));
        Assert.That(policy.ApplicationPolicy[0].Value, Is.EqualTo(TestLeaf.ClientAuth));
    }

    private static PeerPolicy PolicyForClients(TestCa[] cas) =>
        PeerPolicy.ForClients(new TrustAnchors(AnchorFile, [.. cas.Select(ca => ca.Certificate)]), []);

    private Refusal? JudgeClient(TestCertificate leaf) => PolicyForClients([_root]).Judge(leaf);

    private static Refusal? JudgeServer(TestCertificate leaf, string name, TestCa ca) =>
        PeerPolicy.ForServers(new TrustAnchors(AnchorFile, [ca.Certificate]), name).Judge(leaf);
}
