using System.Security.Cryptography.X509Certificates;
using System.Text;
using NUnit.Framework;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Tls;

/// <summary>
/// A CA that may vouch for some names only cannot make a client pass under another, whichever way it writes it.
/// </summary>
[TestFixture]
public sealed class NameConstraintsTests
{
    private readonly TestCa _root = TestCa.CreateRoot();

    [TestCase("db.team-a.example", CommonNameUse.DnsName)]
    [TestCase("team-a.example", CommonNameUse.DnsName)]
    [TestCase("DB.TEAM-A.EXAMPLE.", CommonNameUse.DnsName)]
    [TestCase("*.team-a.example", CommonNameUse.DnsName)]
    [TestCase("db.team-b.example", CommonNameUse.Nothing)]
    [TestCase("xteam-a.example", CommonNameUse.Nothing)]
    [TestCase("team-a.example.evil", CommonNameUse.Nothing)]
    [TestCase("an app", CommonNameUse.Nothing)]
    [TestCase(null, CommonNameUse.Nothing)]
    public void A_CN_counts_within_the_permitted_names(string? commonName, CommonNameUse use) =>
        Assert.That(UseOf(commonName, TestConstraints.Permitting("team-a.example")), Is.EqualTo(use));

    [TestCase("db.team-a.example", CommonNameUse.DnsName)]
    [TestCase("db.team-b.example", CommonNameUse.Nothing)]
    [TestCase("db.team-b.example.", CommonNameUse.Nothing)]
    [TestCase("team-b.example", CommonNameUse.Nothing)]
    public void A_CN_does_not_count_within_the_excluded_names(string commonName, CommonNameUse use) =>
        Assert.That(UseOf(commonName, TestConstraints.Excluding("team-b.example")), Is.EqualTo(use));

    [Test]
    public void A_leading_dot_leaves_the_domain_itself_out()
    {
        Assert.That(UseOf("a.b", TestConstraints.Permitting(".a.b")), Is.EqualTo(CommonNameUse.Nothing));
        Assert.That(UseOf("x.a.b", TestConstraints.Permitting(".a.b")), Is.EqualTo(CommonNameUse.DnsName));
    }

    [Test]
    public void Where_only_other_kinds_are_constrained_the_CN_is_a_DNS_name_and_nothing_else() =>
        Assert.That(
            UseOf("an app", TestConstraints.Permitting("a.b", TestConstraints.Email)),
            Is.EqualTo(CommonNameUse.DnsName)
        );

    [Test]
    public void Constraints_that_cannot_be_read_permit_nothing() =>
        Assert.That(UseOf("a.b", TestConstraints.Malformed), Is.EqualTo(CommonNameUse.Nothing));

    [TestCase("30020100")]
    [TestCase("30063004300201FF")]
    public void Constraints_with_a_tag_of_another_type_permit_nothing(string hex) =>
        Assert.That(
            UseOf("a.b", new X509Extension("2.5.29.30", Convert.FromHexString(hex), critical: true)),
            Is.EqualTo(CommonNameUse.Nothing)
        );

    [Test]
    public void Without_constraints_the_CN_counts_as_any_name() =>
        Assert.That(
            NameConstraints.UseOf("an app", [_root.CreateIntermediate().Certificate, _root.Certificate]),
            Is.EqualTo(CommonNameUse.AnyName)
        );

    [TestCase("db.team-b.example", "x.team-a.example")]
    public void A_client_does_not_pass_by_a_CN_beyond_them(string commonName, string san)
    {
        var refusal = Judge(commonName, "db.team-b.example", Dns(san))!;

        Assert.That(refusal.Code, Is.EqualTo(RefusalCode.WrongName));
        Assert.That(refusal.Reason, Does.Contain("the CN does not count, because the name constraints of its CA"));
    }

    [Test]
    public void A_client_passes_by_a_CN_within_them() =>
        Assert.That(Judge("db.team-a.example", "db.team-a.example", Dns("x.team-a.example")), Is.Null);

    [TestCase("spiffe://prod/db")]
    [TestCase("db@team-b.example")]
    [TestCase("10.0.0.1")]
    public void A_CN_in_the_form_of_another_kind_does_not_count(string commonName)
    {
        Assert.That(Judge(commonName, commonName, Dns("x.team-a.example"))?.Code, Is.EqualTo(RefusalCode.WrongName));
        Assert.That(
            PeerPolicy
                .ForClients(new TrustAnchors("ca.crt", [_root.Certificate]), [commonName])
                .Judge(_root.Issue(new TestLeaf { CommonName = commonName })),
            Is.Null,
            "without constraints it does"
        );
    }

    [TestCase((byte)0x86, "a URI without a scheme")]
    [TestCase((byte)0x81, "an e-mail address without an @")]
    public void A_SAN_of_another_kind_does_not_pass_as_a_DNS_name(byte tag, string what)
    {
        var refusal = Judge("x.team-a.example", "db.team-b.example", San(tag, "db.team-b.example"));

        Assert.That(refusal?.Code, Is.EqualTo(RefusalCode.WrongName), what);
    }

    /// <summary>OpenSSL compares octets, we compare names: a dot at the end hides the one from the other.</summary>
    [Test]
    public void A_dot_at_the_end_does_not_lead_out_of_the_excluded_names()
    {
        var lower = _root.CreateIntermediate(extensions: TestConstraints.Excluding("team-b.example"));
        var leaf = lower.Issue(
            new TestLeaf
            {
                CommonName = "x",
                DnsNames = [],
                Extensions = [San(0x82, "db.team-b.example.")],
            }
        );

        var refusal = PeerPolicy
            .ForClients(new TrustAnchors("ca.crt", [_root.Certificate]), ["db.team-b.example"])
            .Judge(leaf)!;

        Assert.That(
            refusal.Reason,
            Does.Contain("DNS:db.team-b.example. outside the name constraints of its CA CN=Test Intermediate")
                .And.Contain("excluded DNS:team-b.example")
        );
    }

    [Test]
    public void A_SAN_beyond_them_is_refused_in_words_that_say_what_is_permitted()
    {
        var root = TestCa.CreateRoot(extensions: TestConstraints.Permitting("good.example"));
        var leaf = root.Issue(new TestLeaf { DnsNames = ["bad.example"] });

        var refusal = PeerPolicy.ForClients(new TrustAnchors("ca.crt", [root.Certificate]), []).Judge(leaf)!;

        Assert.That(
            refusal.Reason,
            Is.EqualTo(
                "certificate CN=leaf has DNS:bad.example outside the name constraints of its CA CN=Test Root "
                    + "(permitted DNS:good.example)"
            )
        );
    }

    private CommonNameUse UseOf(string? commonName, X509Extension constraints) =>
        NameConstraints.UseOf(commonName, [_root.CreateIntermediate(extensions: constraints).Certificate]);

    private Refusal? Judge(string commonName, string allowed, X509Extension san)
    {
        var lower = _root.CreateIntermediate(extensions: TestConstraints.Permitting("team-a.example"));
        var leaf = new TestLeaf
        {
            CommonName = commonName,
            DnsNames = [],
            Extensions = [san],
        };
        return PeerPolicy
            .ForClients(new TrustAnchors("ca.crt", [_root.Certificate]), [allowed])
            .Judge(lower.Issue(leaf));
    }

    private static X509Extension Dns(string name) => San(0x82, name);

    private static X509Extension San(byte tag, string name) =>
        new(
            "2.5.29.17",
            [0x30, (byte)(name.Length + 2), tag, (byte)name.Length, .. Encoding.ASCII.GetBytes(name)],
            false
        );
}
