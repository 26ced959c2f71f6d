using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Tls;

[TestFixture]
public sealed class NameRulesTests
{
    [TestCase("a.example.com", "a.example.com")]
    [TestCase("A.Example.COM", "a.example.com")]
    [TestCase("a.example.com", "A.EXAMPLE.com")]
    [TestCase("a.example.com", "*.example.com")]
    [TestCase("a.example.com.", "a.example.com")]
    [TestCase("a.example.com", "a.example.com.")]
    [TestCase("a_b.example.com", "*.example.com")]
    [TestCase("localhost", "localhost")]
    [TestCase("bücher.example", "xn--bcher-kva.example")]
    [TestCase("BÜCHER.example", "*.example")]
    [TestCase("a.bücher.example", "*.xn--bcher-kva.example")]
    public void A_server_bears_the_name(string host, string san) =>
        Assert.That(NameRules.MatchesServerName(WithDns(san), host), Is.True);

    [TestCase("a.b.example.com", "*.example.com")]
    [TestCase("example.com", "*.example.com")]
    [TestCase(".example.com", "*.example.com")]
    [TestCase("fa.example.com", "f*.example.com")]
    [TestCase("a.x.com", "a.*.com")]
    [TestCase("a.b.com", "*.*.com")]
    [TestCase("localhost", "*")]
    [TestCase("a.", "*.")]
    [TestCase("*.example.com", "*.example.com")]
    [TestCase("*.example.com", "a.example.com")]
    [TestCase("a.example.com", "example.com")]
    [TestCase("example.com", "a.example.com")]
    [TestCase("a.example.com..", "a.example.com")]
    [TestCase("", "")]
    [TestCase("", "*.com")]
    [TestCase("1.2.3.4", "1.2.3.4")]
    [TestCase("1.2.3.4", "*.2.3.4")]
    [TestCase("x y.example.com", "*.example.com")]
    public void A_server_does_not_bear_the_name(string host, string san) =>
        Assert.That(NameRules.MatchesServerName(WithDns(san), host), Is.False);

    [Test]
    public void The_CN_is_no_server_name()
    {
        Assert.That(NameRules.MatchesServerName(With(new TestLeaf { DnsNames = [] }), "leaf"), Is.False);
        Assert.That(NameRules.MatchesServerName(With(new TestLeaf { DnsNames = ["x"] }), "leaf"), Is.False);
    }

    [TestCase("10.0.0.1", "10.0.0.1", true)]
    [TestCase("::1", "0:0:0:0:0:0:0:1", true)]
    [TestCase("[2001:DB8::1]", "2001:db8:0::1", true)]
    [TestCase("fe80::1%1", "fe80::1", true)]
    [TestCase("10.0.0.1", "10.0.0.2", false)]
    [TestCase("::ffff:10.0.0.1", "10.0.0.1", false)]
    public void Addresses_compare_as_addresses(string host, string san, bool matches)
    {
        var certificate = With(new TestLeaf { DnsNames = [], Addresses = [IPAddress.Parse(san)] });

        Assert.That(NameRules.MatchesServerName(certificate, host), Is.EqualTo(matches));
    }

    [Test]
    public void A_NUL_in_a_SAN_hides_nothing() =>
        Assert.That(NameRules.MatchesServerName(WithDns("good.example\0.evil.example"), "good.example"), Is.False);

    [Test]
    public void Broken_SANs_bear_no_name_and_do_not_throw()
    {
        foreach (byte[] broken in new byte[][] { [], [0x30], [0x30, 3, 0x82, 5, 1], [0x30, 3, 0x87, 1, 1], [5, 0] })
        {
            var leaf = new TestLeaf { DnsNames = [], Extensions = [new X509Extension("2.5.29.17", broken, false)] };

            Assert.That(SubjectAltNames.Of(With(leaf)).Malformed, Is.True);
            Assert.That(NameRules.MatchesServerName(With(leaf), "localhost"), Is.False);
            Assert.That(Allows(With(leaf), ["localhost"]), Is.False);
        }
    }

    [TestCase("LEAF")]
    [TestCase("a.example.com")]
    [TestCase("*.example.com")]
    [TestCase("A.EXAMPLE.com")]
    [TestCase("10.0.0.1")]
    [TestCase("::1")]
    [TestCase("0:0:0:0:0:0:0:1")]
    [TestCase("Me@example.org")]
    [TestCase("spiffe://prod/app")]
    [TestCase("spiffe://prod/*")]
    public void A_pattern_matches_the_CN_or_any_SAN(string pattern) =>
        Assert.That(Allows(Rich(), ["nobody", pattern]), Is.True);

    [TestCase("lea")]
    [TestCase("leaf2")]
    [TestCase("*")]
    [TestCase("*.com")]
    [TestCase("*.*.com")]
    [TestCase("*.a.example.com")]
    [TestCase("example.com")]
    [TestCase("*.0.0.1")]
    [TestCase("10.0.0.2")]
    [TestCase("*@example.org")]
    [TestCase("*.org")]
    [TestCase("spiffe://prod/APP")]
    [TestCase("")]
    public void Other_patterns_do_not(string pattern) => Assert.That(Allows(Rich(), [pattern]), Is.False);

    [Test]
    public void A_name_that_looks_like_an_address_is_none()
    {
        Assert.That(Allows(WithDns("10.0.0.1"), ["10.0.0.1"]), Is.False);
        var address = With(new TestLeaf { DnsNames = [], Addresses = [IPAddress.Parse("0.0.0.10")] });
        Assert.That(Allows(address, ["10"]), Is.False);
        Assert.That(NameRules.MatchesServerName(address, "10"), Is.False);
    }

    [Test]
    public void No_patterns_match_nobody() => Assert.That(Allows(Rich(), []), Is.False);

    [Test]
    public void A_wildcard_in_the_certificate_stands_for_itself_only()
    {
        var certificate = With(new TestLeaf { CommonName = "*.example.com", DnsNames = ["*.example.com"] });

        Assert.That(Allows(certificate, ["a.example.com"]), Is.False);
        Assert.That(Allows(certificate, ["*.com"]), Is.False);
        Assert.That(Allows(certificate, ["*.example.com"]), Is.True);
    }

    [Test]
    public void Only_a_CN_that_is_a_DNS_name_matches_a_wildcard()
    {
        Assert.That(Allows(WithCn("app.example.com"), ["*.example.com"]), Is.True);
        Assert.That(Allows(WithCn("an app.example.com"), ["*.example.com"]), Is.False);
    }

    [Test]
    public void Only_ASCII_letters_lose_their_case()
    {
        Assert.That(Allows(WithCn("Müller"), ["Müller"]), Is.True);
        // The Kelvin sign folds to k in Unicode.
        Assert.That(Allows(WithCn("\u212Aurt"), ["kurt"]), Is.False);
    }

    [Test]
    public void Of_several_CNs_the_most_specific_counts()
    {
        var key = TestKey.Create(TestAlgorithm.EcdsaP256);
        var request = new TestRequest(key, "CN=app, CN=Users, DC=corp")
        {
            NotBefore = DateTimeOffset.UtcNow,
            NotAfter = DateTimeOffset.UtcNow.AddDays(1),
        };
        var certificate = key.Sign(request, request.Subject);

        Assert.That(Allows(certificate, ["app"]), Is.True);
        Assert.That(Allows(certificate, ["Users"]), Is.False);
    }

    /// <summary>
    /// The runtime has an implementation of its own; the two must not disagree on names that are well-formed.
    /// </summary>
    [QuietProperty(MaxTest = 200)]
    public Property The_verdict_is_that_of_the_runtime() =>
        Prop.ForAll(
            HostAndSan().ToArbitrary(),
            pair =>
            {
                var certificate = WithDns(pair.San);
                var expected = certificate.MatchesHostname(pair.Host, allowWildcards: true, allowCommonName: false);
                return NameRules.MatchesServerName(certificate, pair.Host) == expected;
            }
        );

    /// <summary>
    /// Whatever the SAN says, a certificate is allowed by an exact pattern only if it says exactly that.
    /// </summary>
    [QuietProperty(MaxTest = 200)]
    public Property An_exact_pattern_allows_exactly_itself() =>
        Prop.ForAll(
            HostAndSan().ToArbitrary(),
            pair =>
                Allows(WithDns(pair.San), [pair.Host]) == pair.San.Equals(pair.Host, StringComparison.OrdinalIgnoreCase)
        );

    // Few labels, so that pairs often meet.
    private static Gen<(string Host, string San)> HostAndSan()
    {
        var label = Gen.Elements("a", "B", "b", "xn--bcher-kva", "a-b");
        var host = label.NonEmptyListOf().Where(labels => labels.Count <= 4).Select(labels => string.Join('.', labels));
        var san = Gen.OneOf(host, host.Select(name => $"*.{name}"), host.Select(name => $"a*.{name}"));
        var related = host.SelectMany(name =>
            Gen.Elements(name, name.ToUpperInvariant(), $"*.{name}", $"*.{name[(name.IndexOf('.') + 1)..]}")
                .Select(other => (name, other))
        );
        return Gen.OneOf(host.Zip(san).Select(pair => (pair.Item1, pair.Item2)), related);
    }

    private static bool Allows(
        X509Certificate2 certificate,
        IEnumerable<string> patterns,
        CommonNameUse use = CommonNameUse.AnyName
    ) => NameRules.MatchesAllowed(certificate, patterns, use);

    private static X509Certificate2 Rich() =>
        With(
            new TestLeaf
            {
                DnsNames = ["other", "a.example.com"],
                Addresses = [IPAddress.Parse("10.0.0.1"), IPAddress.IPv6Loopback],
                Emails = ["me@example.org"],
                Uris = ["spiffe://prod/app"],
            }
        );

    private static X509Certificate2 WithCn(string commonName) =>
        With(new TestLeaf { CommonName = commonName, DnsNames = [] });

    private static X509Certificate2 WithDns(string san)
    {
        // Built by hand: the runtime's builder refuses what a hostile certificate may well hold.
        var name = Encoding.ASCII.GetBytes(san);
        byte[] sans = [0x30, (byte)(name.Length + 2), 0x82, (byte)name.Length, .. name];
        return With(new TestLeaf { DnsNames = [], Extensions = [new X509Extension("2.5.29.17", sans, false)] });
    }

    private static X509Certificate2 With(TestLeaf leaf) => TestCa.SelfSigned(leaf).Certificate;
}
