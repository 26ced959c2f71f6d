using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Tls;

/// <summary>
/// CA files with which nobody can ever get in are faults; those with a few useless certificates are not.
/// </summary>
public sealed class AnchorRulesTests
{
    private static readonly TestCa _root = TestCa.CreateRoot();

    private TempDirectory _files = null!;

    [SetUp]
    public void CreateDirectory() => _files = new TempDirectory();

    [TearDown]
    public void DeleteDirectory() => _files.Dispose();

    public static IEnumerable<TestCaseData> Useless =>
        [
            Case(
                "an intermediate alone",
                _root.CreateIntermediate().Certificate,
                TunnelRole.Client,
                "its issuer CN=Test Root is not in the file"
            ),
            Case(
                "a certificate that the CA issued",
                _root.Issue().Certificate,
                TunnelRole.Client,
                "its issuer CN=Test Root is not in the file"
            ),
            Case(
                "a CA that may not sign",
                Root(true, X509KeyUsageFlags.DigitalSignature),
                TunnelRole.Client,
                "without KeyCertSign"
            ),
            Case(
                "a self-signed server among clients",
                Self(TestLeaf.ServerAuth),
                TunnelRole.Client,
                "a TLS client must not use it itself"
            ),
            Case(
                "a self-signed client among servers",
                Self(TestLeaf.ClientAuth),
                TunnelRole.Server,
                "a TLS server must not use it itself"
            ),
            Case(
                "a CA for servers only",
                Root(true, X509KeyUsageFlags.KeyCertSign, TestLeaf.ServerAuth),
                TunnelRole.Client,
                "lists only serverAuth"
            ),
        ];

    public static IEnumerable<TestCaseData> Useful =>
        [
            Case("a root", _root.Certificate, TunnelRole.Client),
            Case("a self-signed client among clients", Self(TestLeaf.ClientAuth), TunnelRole.Client),
            Case("a self-signed server among servers", Self(TestLeaf.ServerAuth), TunnelRole.Server),
            Case(
                "a CA for both",
                Root(true, X509KeyUsageFlags.KeyCertSign, TestLeaf.ServerAuth, TestLeaf.ClientAuth),
                TunnelRole.Server
            ),
            Case(
                "an expired root",
                TestCa.CreateRoot(notAfter: DateTimeOffset.UtcNow.AddDays(-1)).Certificate,
                TunnelRole.Server
            ),
        ];

    [TestCaseSource(nameof(Useless))]
    public void One_that_can_let_nobody_in_is_a_fault_alone_and_a_warning_among_others(
        X509Certificate2 anchor,
        TunnelRole peer,
        string words
    )
    {
        var alone = Write(anchor);
        Assert.That(
            () => CaFile.Load(alone, peer),
            Throws
                .TypeOf<TlsSetupException>()
                .With.Message.StartsWith(
                    $"CA file {alone}: no certificate in it can let a {peer.ToString().ToLower()} in: "
                )
                .And.Message.Contains(words)
        );

        var other = TestCa.CreateRoot("Other").Certificate;
        var anchors = CaFile.Load(Write(anchor, other), peer);
        Assert.That(
            AnchorRules.WhyUseless(anchors.Certificates[0], anchors.Certificates, peer)?.Cause,
            Does.Contain(words)
        );
        Assert.That(AnchorRules.WhyUseless(anchors.Certificates[1], anchors.Certificates, peer), Is.Null);
    }

    [TestCaseSource(nameof(Useful))]
    public void One_that_can_let_somebody_in_is_none(X509Certificate2 anchor, TunnelRole peer) =>
        Assert.That(CaFile.Load(Write(anchor), peer).Certificates, Has.Count.EqualTo(1));

    [Test]
    public void An_intermediate_serves_with_its_issuer_only()
    {
        var intermediate = _root.CreateIntermediate();
        var lower = intermediate.CreateIntermediate("Lower");

        Assert.That(CaFile.Load(Write(intermediate.Certificate, _root.Certificate), TunnelRole.Client), Is.Not.Null);
        Assert.That(
            () => CaFile.Load(Write(intermediate.Certificate, lower.Certificate), TunnelRole.Client),
            Throws.TypeOf<TlsSetupException>()
        );
    }

    [Test]
    public void Two_CAs_of_one_name_with_two_keys_are_found()
    {
        var (old, renewed) = (Root(true, X509KeyUsageFlags.KeyCertSign), Root(true, X509KeyUsageFlags.KeyCertSign));
        var anchors = CaFile.Load(Write(old, renewed, old));
        var found = anchors.Certificates.Select(ca =>
            AnchorRules.EarlierNamesake(ca, anchors.Certificates) is not null
        );
        Assert.That(found, Is.EqualTo([false, true, true]));

        var twice = CaFile.Load(Write(_root.Certificate, _root.Certificate));
        Assert.That(AnchorRules.EarlierNamesake(twice.Certificates[1], twice.Certificates), Is.Null);
    }

    private static X509Certificate2 Self(string usage) =>
        TestCa.SelfSigned(new TestLeaf { UsageOids = [usage] }).Certificate;

    /// <summary>Self-signed, and without a key identifier.</summary>
    private static X509Certificate2 Root(bool isCa, X509KeyUsageFlags usages, params string[] extendedUsages)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Odd Root", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isCa, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usages, critical: true));
        if (extendedUsages.Length > 0)
        {
            OidCollection oids = [.. extendedUsages.Select(oid => new Oid(oid))];
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(oids, critical: false));
        }

        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(100));
    }

    private string Write(params X509Certificate2[] anchors) =>
        _files.Write("ca.pem", string.Join('\n', anchors.Select(ca => ca.ExportCertificatePem())));

    private static TestCaseData Case(string name, X509Certificate2 anchor, TunnelRole peer, params string[] words) =>
        new TestCaseData([anchor, peer, .. words]).SetArgDisplayNames(name);
}
