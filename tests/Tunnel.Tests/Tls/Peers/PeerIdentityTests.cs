using System.Net;
using System.Security.Cryptography.X509Certificates;
using NUnit.Framework;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Tls;

[TestFixture]
public sealed class PeerIdentityTests
{
    [Test]
    public void Serial_and_fingerprint_are_as_openssl_prints_them()
    {
        using var directory = new TempDirectory();
        for (byte first = 0x01; first > 0; first <<= 1)
        {
            var certificate = WithSerial([first, 2, 3]);
            var file = directory.Write("peer.crt", certificate.ExportCertificatePem());
            var printed = OpenSslCommand.MustRun("x509", "-in", file, "-noout", "-serial", "-fingerprint", "-sha256");

            var identity = PeerIdentity.From(certificate);

            Assert.That(printed, Does.Contain($"serial={identity.Serial}\n"));
            Assert.That(printed, Does.Contain($"Fingerprint={identity.Fingerprint}\n"));
        }
    }

    [Test]
    public void All_names_are_listed_with_their_kinds()
    {
        var leaf = new TestLeaf
        {
            DnsNames = ["a.example"],
            Addresses = [IPAddress.Parse("1.2.3.4"), IPAddress.IPv6Loopback],
            Emails = ["me@example.org"],
            Uris = ["spiffe://prod/app"],
            NotAfter = new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero),
        };

        var identity = PeerIdentity.From(TestCa.CreateRoot().Issue(leaf).Certificate);

        Assert.That(
            identity.Sans,
            Is.EqualTo("DNS:a.example, IP:1.2.3.4, IP:::1, email:me@example.org, URI:spiffe://prod/app")
        );
        Assert.That(
            identity.ToString(),
            Does.Match(
                @"^subject CN=leaf; SANs DNS:a\.example, .*; issuer CN=Test Root; serial [0-9A-F]{32}; "
                    + @"SHA-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}; not after 2031-02-03 04:05:06Z$"
            )
        );
    }

    [Test]
    public void The_name_is_the_CN_else_the_first_SAN_else_the_subject()
    {
        Assert.That(NameOf(new TestLeaf()), Is.EqualTo("leaf"));
        Assert.That(NameOf(new TestLeaf { CommonName = null }), Is.EqualTo("localhost"));
        Assert.That(NameOf(new TestLeaf { CommonName = null, DnsNames = [] }), Is.EqualTo("O=nameless"));
    }

    [Test]
    public void Nothing_in_a_certificate_can_break_a_line_of_the_log()
    {
        const string Evil = "app\r\n2026-01-01 INFO forged \u001b[31m\u2028\u202egnp";
        var sans = new X509Extension("2.5.29.17", [0x30, 5, 0x82, 3, (byte)'a', 10, (byte)'b'], critical: false);
        var leaf = new TestLeaf
        {
            CommonName = Evil,
            DnsNames = [],
            Extensions = [sans],
        };

        var identity = PeerIdentity.From(TestCa.SelfSigned(leaf).Certificate);

        foreach (
            var text in new[] { identity.Name, identity.Subject, identity.Issuer, identity.Sans, identity.ToString() }
        )
        {
            Assert.That(text, Does.Not.Match(@"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]"));
        }

        Assert.That(identity.Name, Is.EqualTo(@"app\r\n2026-01-01 INFO forged \u001b[31m\u2028\u202egnp"));
        Assert.That(identity.Sans, Is.EqualTo(@"DNS:a\nb"));
    }

    [Test]
    public void A_flood_of_names_is_cut()
    {
        var leaf = new TestLeaf { DnsNames = [.. Enumerable.Range(0, 500).Select(i => $"host{i}.example")] };

        Assert.That(
            PeerIdentity.From(TestCa.SelfSigned(leaf).Certificate).Sans,
            Does.EndWith("host15.example and 484 more")
        );
    }

    [Test]
    public void Broken_parts_are_called_unreadable()
    {
        var sans = new X509Extension("2.5.29.17", [1, 2, 3], critical: false);

        var identity = PeerIdentity.From(
            TestCa.SelfSigned(new TestLeaf { DnsNames = [], Extensions = [sans] }).Certificate
        );

        Assert.That(identity.Sans, Is.EqualTo("unreadable SANs"));
    }

    /// <summary>
    /// Any octet of a certificate may be wrong; whatever still loads must be described without an exception.
    /// </summary>
    [Test]
    public void Damaged_certificates_never_throw()
    {
        var genuine = TestCa.CreateRoot().Issue(new TestLeaf { Uris = ["spiffe://x/y"] }).Certificate.RawData;
        var loaded = 0;
        for (var at = 0; at < genuine.Length; at++)
        {
            foreach (byte flip in new byte[] { 0x01, 0x20, 0x80, 0xFF })
            {
                var damaged = (byte[])genuine.Clone();
                damaged[at] ^= flip;
                if (TryLoad(damaged) is { } certificate)
                {
                    loaded++;
                    Assert.That(
                        () => PeerIdentity.From(certificate).ToString(),
                        Throws.Nothing,
                        $"octet {at} ^ {flip:X2}"
                    );
                    Assert.That(() => NameRules.MatchesServerName(certificate, "localhost"), Throws.Nothing);
                    Assert.That(
                        () => NameRules.MatchesAllowed(certificate, ["other"], CommonNameUse.AnyName),
                        Throws.Nothing
                    );
                }
            }
        }

        Assert.That(loaded, Is.GreaterThan(genuine.Length));
    }

    private static string NameOf(TestLeaf leaf) => PeerIdentity.From(TestCa.SelfSigned(leaf).Certificate).Name;

    private static X509Certificate2? TryLoad(byte[] certificate)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(certificate);
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }

    private static X509Certificate2 WithSerial(byte[] serial)
    {
        using var key = System.Security.Cryptography.ECDsa.Create();
        var request = new CertificateRequest("CN=x", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        var now = DateTimeOffset.UtcNow;
        var generator = X509SignatureGenerator.CreateForECDsa(key);
        return request.Create(request.SubjectName, generator, now, now.AddDays(1), serial);
    }
}
