using System.Security.Cryptography.X509Certificates;
using NUnit.Framework;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Tls;

/// <summary>Chains that do not lead from a sound leaf to one of our anchors.</summary>
[TestFixture]
public sealed class PeerTrustTests
{
    private const string AnchorFile = "certs/ca.crt";

    private readonly TestCa _root = TestCa.CreateRoot();

    [Test]
    public void A_self_signed_certificate_is_refused() =>
        Assert.That(
            JudgeClient(TestCa.SelfSigned()),
            Is.EqualTo(
                new Refusal(RefusalCode.SelfSigned, "certificate CN=leaf is self-signed and not in certs/ca.crt")
            )
        );

    [Test]
    public void A_root_that_is_sent_but_not_ours_is_not_trusted()
    {
        var other = TestCa.CreateRoot("Other CA");
        var leaf = other.Issue();

        var refusal = JudgeClient(leaf with { Sent = [other.Certificate] });

        Assert.That(
            refusal,
            Is.EqualTo(new Refusal(RefusalCode.UntrustedIssuer, "issuer CN=Other CA is not trusted by certs/ca.crt"))
        );
    }

    [Test]
    public void Another_CA_with_the_name_of_ours_is_told_from_it()
    {
        var refusal = JudgeClient(TestCa.CreateRoot().Issue())!;

        Assert.That(refusal.Code, Is.EqualTo(RefusalCode.UntrustedIssuer));
        Assert.That(refusal.Reason, Does.EndWith("which holds a CA of the same name with another key"));
    }

    [Test]
    public void An_unknown_issuer_is_not_blamed_on_one_cause_only()
    {
        var refusal = JudgeClient(TestCa.CreateRoot("Other CA").Issue())!;

        Assert.That(refusal.Code, Is.EqualTo(RefusalCode.UntrustedIssuer));
        Assert.That(
            refusal.Reason,
            Does.StartWith("issuer CN=Other CA is neither among the certificates the peer sent nor in certs/ca.crt")
                .And.Contains("not trusted here")
                .And.Contains("missing intermediate")
        );
    }

    [Test]
    public void A_missing_intermediate_is_called_so_when_the_leaf_proves_it()
    {
        var leaf = _root.CreateIntermediate().Issue(new TestLeaf { SendIntermediates = false, AuthorityIssuer = true });

        var refusal = JudgeClient(leaf)!;

        Assert.That(refusal.Code, Is.EqualTo(RefusalCode.MissingIntermediate));
        Assert.That(
            refusal.Reason,
            Is.EqualTo(
                "issuer CN=Test Intermediate is neither among the certificates the peer sent nor in certs/ca.crt "
                    + "(missing intermediate, issued by CN=Test Root: the peer must send its chain)"
            )
        );
    }

    [Test]
    public void An_intermediate_alone_is_no_anchor_and_the_message_says_what_the_file_lacks()
    {
        var intermediate = _root.CreateIntermediate();

        var refusal = JudgeClient(intermediate.Issue(), intermediate)!;

        Assert.That(refusal.Code, Is.EqualTo(RefusalCode.UntrustedIssuer));
        Assert.That(
            refusal.Reason,
            Does.StartWith("CN=Test Intermediate is in certs/ca.crt but is not self-signed")
                .And.EndsWith("its issuer CN=Test Root")
        );
    }

    [Test]
    public void A_forged_signature_is_refused()
    {
        var genuine = _root.Issue();
        var forged = genuine.Certificate.RawData;
        forged[^1] ^= 1;

        var refusal = JudgeClient(genuine with { Certificate = X509CertificateLoader.LoadCertificate(forged) })!;

        Assert.That(refusal.Code, Is.EqualTo(RefusalCode.BadSignature));
        Assert.That(refusal.Reason, Does.Contain("CN=leaf was not signed with the key of its issuer CN=Test Root"));
    }

    [Test]
    public void A_leaf_cannot_act_as_a_CA()
    {
        var victim = _root.Issue(new TestLeaf { CommonName = "no CA" });
        var request = TestRequest.For(new TestLeaf(), TestKey.Create(TestAlgorithm.EcdsaP256));
        var evil = victim.Key.Sign(request, victim.Certificate);

        var refusal = JudgeClient(victim with { Certificate = evil, Sent = [victim.Certificate] })!;

        Assert.That(refusal.Code, Is.EqualTo(RefusalCode.OtherChainFault));
        Assert.That(refusal.Reason, Does.Contain("CN=no CA issued a certificate although"));
    }

    [Test]
    public void A_critical_extension_that_nobody_knows_is_refused()
    {
        var leaf = new TestLeaf { Extensions = [new X509Extension("1.2.3.4.5", [5, 0], critical: true)] };

        var refusal = JudgeClient(_root.Issue(leaf))!;

        Assert.That(refusal.Code, Is.EqualTo(RefusalCode.OtherChainFault));
        Assert.That(
            refusal.Reason,
            Is.EqualTo("certificate CN=leaf has a critical extension that the tunnel does not know")
        );
    }

    private Refusal? JudgeClient(TestCertificate leaf, TestCa? ca = null) =>
        PeerPolicy.ForClients(new TrustAnchors(AnchorFile, [(ca ?? _root).Certificate]), []).Judge(leaf);
}
