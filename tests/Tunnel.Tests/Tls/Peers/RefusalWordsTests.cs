using System.Net;
using System.Security.Cryptography.X509Certificates;
using NUnit.Framework;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Tls;

/// <summary>What a refusal says leads on to what must be done.</summary>
[TestFixture]
public sealed class RefusalWordsTests
{
    private const string CaFile = "certs/ca.crt";

    [Test]
    public void A_renewed_CA_with_the_same_key_is_not_called_another_one()
    {
        var old = TestCa.CreateRoot();
        var leaf = old.Issue(new TestLeaf { AuthorityIssuer = true });

        var reason = Clients(old.Renew()).Judge(leaf)!.Reason;

        Assert.That(reason, Does.Contain("the CA was renewed").And.Not.Contain("another key"));
    }

    [Test]
    public void An_address_among_the_DNS_names_is_explained()
    {
        var root = TestCa.CreateRoot();
        var policy = PeerPolicy.ForServers(Anchors(root), "127.0.0.1");

        Assert.That(
            policy.Judge(root.Issue(new TestLeaf { DnsNames = ["127.0.0.1"] }))!.Reason,
            Does.Contain("has the address as a DNS name").And.Contain("IP:127.0.0.1")
        );
        Assert.That(policy.Judge(root.Issue())!.Reason, Does.EndWith("an address must be an IP SAN (IP:127.0.0.1)"));
    }

    [Test]
    public void A_certificate_without_SANs_is_told_that_its_CN_does_not_count()
    {
        var root = TestCa.CreateRoot();
        var leaf = root.Issue(new TestLeaf { CommonName = "db.example", DnsNames = [] });

        Assert.That(
            PeerPolicy.ForServers(Anchors(root), "db.example").Judge(leaf)!.Reason,
            Is.EqualTo(
                "name db.example is not among no SANs: the CN does not count, so issue the certificate again with "
                    + "the SAN "
                    + "DNS:db.example"
            )
        );
    }

    [Test]
    public void Of_a_long_list_of_names_the_length_and_the_nearest_are_told()
    {
        var root = TestCa.CreateRoot();
        var allowed = Enumerable.Range(0, 5000).Select(i => $"application-{i}").Append("leav").ToList();
        var policy = PeerPolicy.ForClients(Anchors(root), allowed);

        Assert.That(
            policy.Judge(root.Issue())!.Reason,
            Is.EqualTo("CN=leaf, DNS:localhost matches none of allowed_client_cns (5001 names, the nearest is leav)")
        );
    }

    [Test]
    public void A_name_out_of_all_proportion_is_not_written_out()
    {
        var subject = string.Join(", ", Enumerable.Range(0, 200).Select(i => $"OU=unit {i}"));
        var name = new X500DistinguishedName(subject);

        Assert.That(NameText.Of(name), Is.EqualTo($"(a name of {name.RawData.Length} bytes)"));
    }

    [Test]
    public void More_certificates_than_real_chains_have_are_refused_by_their_number()
    {
        var root = TestCa.CreateRoot();
        var policy = Clients(root);

        Assert.That(policy.JudgeSent(ChainLimits.MostCertificates), Is.Null);
        Assert.That(policy.JudgeSent(ChainLimits.MostCertificates + 1)?.Reason, Does.Contain("sent 17 certificates"));
        var many = root.Issue() with
        {
            Sent = [.. Enumerable.Range(0, 20).Select(_ => TestCa.CreateRoot().Certificate)],
        };
        Assert.That(policy.Judge(many)?.Code, Is.EqualTo(RefusalCode.TooLarge));
    }

    /// <summary>
    /// The builder compares dates in a local time that libc makes and the runtime does not know: where TZ is written so
    /// that only one of them reads it, they are hours apart.
    /// </summary>
    [Test]
    public void A_builder_with_another_clock_does_not_make_dates_wrong([Values(-12, 12)] int hours)
    {
        var root = TestCa.CreateRoot();
        var young = new TestLeaf
        {
            NotBefore = DateTimeOffset.UtcNow.AddHours(-1),
            NotAfter = DateTimeOffset.UtcNow.AddHours(1),
        };
        var policy = Clients(root);
        var chainPolicy = policy.CreateChainPolicy();
        chainPolicy.VerificationTimeIgnored = false;
        chainPolicy.VerificationTime = DateTime.Now.AddHours(hours);
        var leaf = root.Issue(young);
        using var chain = Verdicts.Build(chainPolicy, leaf);
        Assert.That(chain.ChainStatus.Single().Status, Is.EqualTo(X509ChainStatusFlags.NotTimeValid));

        Assert.That(policy.Judge(leaf.Certificate, chain), Is.Null);
    }

    private static TrustAnchors Anchors(TestCa root) => new(CaFile, [root.Certificate]);

    private static PeerPolicy Clients(TestCa root) => PeerPolicy.ForClients(Anchors(root), []);
}
