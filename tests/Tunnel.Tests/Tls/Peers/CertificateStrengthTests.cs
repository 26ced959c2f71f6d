using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Tls;

/// <summary>The one rule of strength, for peers, for CAs and for our own files.</summary>
[TestFixture]
public sealed class CertificateStrengthTests
{
    private readonly TestCa _root = TestCa.CreateRoot();

    [TestCase(
        TestAlgorithm.Rsa1024,
        "CN=leaf has an RSA key of 1024 bits, which is too short (at least 2048 are needed)"
    )]
    [TestCase(
        TestAlgorithm.EcdsaP192,
        "CN=leaf has a key on an elliptic curve of 192 bits, which is too short (at least 224 are needed)"
    )]
    public void A_peer_with_a_short_key_is_refused(TestAlgorithm algorithm, string words)
    {
        var refusal = Judge(_root.Issue(new TestLeaf { Algorithm = algorithm }), _root)!;

        Assert.That(refusal, Is.EqualTo(new Refusal(RefusalCode.TooWeak, $"certificate {words}")));
    }

    [TestCase("-sha1", "EC", "SHA-1")]
    [TestCase("-sha1", "RSA", "SHA-1")]
    [TestCase("-sha1", "RSA-PSS", "SHA-1")]
    [TestCase("-md5", "RSA", "MD5")]
    public void A_signature_that_can_be_forged_is_a_fault_but_not_of_a_trust_anchor(
        string hash,
        string key,
        string word
    )
    {
        using var files = new TempDirectory();
        var certificate = CaFile.Load(SelfSigned(files, hash, key)).Certificates[0];

        Assert.That(
            CertificateStrength.FaultOf(certificate, signatureCounts: true),
            Is.EqualTo($"is signed with {word}, which can be forged (SHA-256 is needed)")
        );
        Assert.That(CertificateStrength.FaultOf(certificate, signatureCounts: false), Is.Null);
    }

    [TestCase("SHA384", TestAlgorithm.EcdsaP256)]
    [TestCase("SHA512", TestAlgorithm.Rsa2048)]
    [TestCase("SHA384", TestAlgorithm.Rsa2048Pss)]
    public void Longer_hashes_are_strong(string hash, TestAlgorithm ca)
    {
        var root = TestCa.CreateRoot(algorithm: ca);

        Assert.That(Judge(root.Issue(new TestLeaf { Hash = new HashAlgorithmName(hash) }), root), Is.Null);
    }

    [Test]
    public void A_weak_CA_vouches_for_nobody()
    {
        var weak = TestCa.CreateRoot("Weak", TestAlgorithm.Rsa1024);

        Assert.That(Judge(weak.Issue(), weak)?.Reason, Does.Contain("CN=Weak has an RSA key of 1024 bits"));
    }

    [Test]
    public void What_a_trust_anchor_is_signed_with_does_not_matter()
    {
        using var files = new TempDirectory();
        var anchors = CaFile.Load(SelfSigned(files, "-sha1", "EC"));
        var policy = PeerPolicy.ForClients(anchors, []);
        using var chain = new X509Chain { ChainPolicy = policy.CreateChainPolicy() };
        chain.Build(anchors.Certificates[0]);

        Assert.That(policy.Judge(anchors.Certificates[0], chain), Is.Null);
    }

    [Test]
    public void A_key_that_cannot_be_read_is_not_strong()
    {
        var good = _root.Issue().Certificate;
        var der = good.RawData;
        var key = good.PublicKey.EncodedKeyValue.RawData;
        // A point of one octet less, and the rest shifted out: the length of the BIT STRING stays, its form octet
        // changes.
        der[der.AsSpan().IndexOf(key)] = 0;
        var odd = X509CertificateLoader.LoadCertificate(der);

        Assert.That(() => CertificateStrength.FaultOf(odd, signatureCounts: true), Throws.Nothing);
    }

    [Test]
    public void Our_own_short_key_is_a_fault_of_its_file()
    {
        using var files = new TempDirectory();
        var (cert, key) = _root.Issue(new TestLeaf { Algorithm = TestAlgorithm.Rsa1024 }).WriteFiles(files.Path, "own");

        AssertOwnIsWeak(cert, key, "CN=leaf has an RSA key of 1024 bits");
    }

    [Test]
    public void Our_own_certificate_with_a_signature_that_can_be_forged_is_a_fault_of_its_file()
    {
        using var files = new TempDirectory();
        var (cert, key, request) = (files.File("own.crt"), files.File("own.key"), files.File("own.csr"));
        var ca = SelfSigned(files, "-sha256", "RSA");
        OpenSslCommand.MustRun(["req", .. NewKey("EC"), "-noenc", "-subj", "/CN=own", "-keyout", key, "-out", request]);
        string[] issuer = ["-CA", ca, "-CAkey", files.File("ca.key")];
        OpenSslCommand.MustRun(["x509", "-req", "-sha1", "-in", request, .. issuer, "-out", cert]);

        AssertOwnIsWeak(cert, key, "CN=own is signed with SHA-1");
    }

    [Test]
    public void A_weak_CA_of_our_file_is_told_as_useless()
    {
        var weak = TestCa.CreateRoot("Weak", TestAlgorithm.Rsa1024).Certificate;
        var anchors = new TrustAnchors("ca.crt", [weak, _root.Certificate]);

        Assert.That(
            AnchorRules.WhyUseless(weak, anchors.Certificates, TunnelRole.Client)?.ToString(),
            Does.StartWith("CN=Weak has an RSA key of 1024 bits").And.Contain("issue it again")
        );
        Assert.That(AnchorRules.WhyUseless(_root.Certificate, anchors.Certificates, TunnelRole.Client), Is.Null);
    }

    private static void AssertOwnIsWeak(string cert, string key, string words) =>
        Assert.That(
            () => OwnCertificate.Load(cert, key, null),
            Throws
                .TypeOf<TlsSetupException>()
                .With.Message.Contains(cert)
                .And.Message.Contains(words)
                .And.Message.Contains("issue it again")
        );

    /// <summary>The runtime does not make such signatures any more.</summary>
    private static string SelfSigned(TempDirectory files, string hash, string key)
    {
        var certificate = files.File("ca.crt");
        string[] padding = key == "RSA-PSS" ? ["-sigopt", "rsa_padding_mode:pss"] : [];
        string[] output = ["-keyout", files.File("ca.key"), "-out", certificate];
        OpenSslCommand.MustRun([
            "req",
            "-x509",
            hash,
            .. NewKey(key),
            "-noenc",
            "-subj",
            "/CN=leaf",
            .. padding,
            .. output,
        ]);
        return certificate;
    }

    private static string[] NewKey(string key) =>
        key == "EC" ? ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"] : ["-newkey", "rsa:2048"];

    private static Refusal? Judge(TestCertificate leaf, TestCa root) =>
        PeerPolicy.ForClients(new TrustAnchors("ca.crt", [root.Certificate]), []).Judge(leaf);
}
