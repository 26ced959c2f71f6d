using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Tls;

/// <summary>What the rules say, and that nobody slips past one that shuts him out.</summary>
public sealed class AccessRulesTests
{
    private static readonly AccessEntry _everybody = Entry("access[9]");

    private readonly TestCa _root = TestCa.CreateRoot("Corp Root");

    [Test]
    public void A_refusal_names_the_entry_that_denies_and_what_of_the_peer_matched() =>
        Assert.That(
            Reason([_everybody, Entry("access[1]", denies: true, Having(AccessKey.Ou, "ops"))], Leaf("app", "ops")),
            Is.EqualTo("access[1] denies it: OU=ops is in ou (ops)")
        );

    [Test]
    public void A_refusal_names_the_nearest_entry_and_what_differed() =>
        Assert.That(
            Reason(
                [
                    Entry(
                        "access[0]",
                        denies: false,
                        Having(AccessKey.Names, "web"),
                        Having(AccessKey.From, "10.0.0.0/8")
                    ),
                    Entry(
                        "access[1]",
                        denies: false,
                        Having(AccessKey.Names, "app"),
                        Having(AccessKey.From, "10.0.0.0/8")
                    ),
                ],
                Leaf("app"),
                "192.0.2.4"
            ),
            Is.EqualTo(
                "no entry of access allows it; the nearest is access[1]: address 192.0.2.4 is not in from (10.0.0.0/8)"
            )
        );

    [Test]
    public void Words_of_the_certificate_are_escaped() =>
        Assert.That(
            Reason([Entry("access[0]", denies: false, Having(AccessKey.Names, "app"))], Leaf("evil\u202e\n")),
            Does.Contain("CN=evil\\u202e\\n,")
        );

    [Test]
    public void Whoever_has_a_name_of_the_short_form_gets_in_unless_denied()
    {
        AccessEntry[] denials = [Entry("access[0]", denies: true, Having(AccessKey.Ou, "ops"))];
        Assert.Multiple(() =>
        {
            Assert.That(Judge(denials, Leaf("app"), allowedNames: ["app"]).By, Is.EqualTo("allowed_client_cns"));
            Assert.That(Judge(denials, Leaf("app", "ops"), allowedNames: ["app"]).Refusal, Is.Not.Null);
            Assert.That(
                Judge(denials, Leaf("web"), allowedNames: ["app"]).Refusal?.Reason,
                Does.StartWith("no entry of access allows it, and CN=web, DNS:localhost matches none of allowed_client")
            );
        });
    }

    [Test]
    public void An_entry_on_trial_changes_nothing_and_says_what_it_would()
    {
        AccessEntry[] trial =
        [
            _everybody,
            Entry("access[1]", denies: true, Having(AccessKey.Ou, "ops")) with
            {
                IsAudit = true,
            },
        ];
        Assert.Multiple(() =>
        {
            var verdict = Judge(trial, Leaf("app", "ops"));
            Assert.That((verdict.Refusal, verdict.By), Is.EqualTo(((Refusal?)null, "access[9]")));
            Assert.That(verdict.Audit, Does.EndWith("on trial: access[1] denies it: OU=ops is in ou (ops)"));
            Assert.That(Judge(trial, Leaf("app")).Audit, Is.Null);
        });
    }

    [Test]
    public void Where_all_entries_are_on_trial_the_CA_alone_decides()
    {
        AccessEntry[] denial = [Entry("access[0]", denies: true, Having(AccessKey.Ou, "ops")) with { IsAudit = true }];
        AccessEntry[] allowance =
        [
            Entry("access[0]", denies: false, Having(AccessKey.Ou, "ops")) with
            {
                IsAudit = true,
            },
        ];
        Assert.Multiple(() =>
        {
            Assert.That(Judge(denial, Leaf("app")), Is.EqualTo(AccessVerdict.Unasked));
            Assert.That(Judge(denial, Leaf("app", "ops")).Audit, Does.Contain("access[0] denies it"));
            Assert.That(Judge(allowance, Leaf("app")).Audit, Does.Contain("a subject without OU is not in ou (ops)"));
            Assert.That(Judge(allowance, Leaf("app", "ops")).Audit, Is.Null);
        });
    }

    [Test]
    public void An_allowance_on_trial_is_mentioned_to_whom_it_would_let_in() =>
        Assert.That(
            Reason(
                [
                    Entry("access[0]", denies: false, Having(AccessKey.Names, "web")),
                    Entry("access[1]", denies: false, Having(AccessKey.Names, "app")) with
                    {
                        IsAudit = true,
                    },
                ],
                Leaf("app")
            ),
            Does.EndWith("; access[1], which is on trial, would let it in")
        );

    [Test]
    public void A_name_that_the_CA_may_not_give_lets_nobody_in_and_still_shuts_out()
    {
        var leaf = Leaf("app");
        Assert.Multiple(() =>
        {
            foreach (var (denies, isNot) in new[] { (false, false), (true, false), (false, true), (true, true) })
            {
                var entry = Entry("access[0]", denies, new AccessCondition(AccessKey.Names, isNot, ["app"]));
                AccessEntry[] entries = denies ? [entry, _everybody] : [entry];
                Assert.That(Judge(entries, leaf, use: CommonNameUse.Nothing).Refusal, Is.Not.Null, $"{denies} {isNot}");
            }
        });
    }

    [Test]
    public void Names_that_cannot_be_read_get_past_no_entry_that_shuts_names_out()
    {
        var broken = new TestLeaf { DnsNames = [], Extensions = [new X509Extension("2.5.29.17", [0x30], false)] };
        X509Certificate2[] leaves =
        [
            Issue(broken),
            Issue(new TestLeaf { CommonName = new string('c', 1_500) }),
            Issue(new TestLeaf { Subject = SeveralInOne(("2.5.4.3", "app"), ("2.5.4.11", "ops")) }),
        ];
        AccessEntry[] ou = [_everybody, Entry("access[0]", denies: true, Having(AccessKey.Ou, "ops"))];
        AccessEntry[] names = [_everybody, Entry("access[0]", denies: true, Having(AccessKey.Names, "other"))];
        AccessEntry[] notNames = [Entry("access[0]", false, new AccessCondition(AccessKey.Names, true, ["other"]))];
        Assert.Multiple(() =>
        {
            foreach (var leaf in leaves)
            {
                Assert.That(Judge(names, leaf).Refusal?.Reason, Does.EndWith("and access shuts names out"));
                Assert.That(Judge(notNames, leaf).Refusal?.Reason, Does.EndWith("and access shuts names out"));
                Assert.That(Judge(ou, leaf).Refusal?.Reason, Does.EndWith("and access shuts names out"));
                Assert.That(Judge([_everybody], leaf).Refusal, Is.Null);
            }
        });
    }

    [Test]
    public void A_chain_that_is_not_known_is_below_no_CA_that_lets_in_and_below_each_that_shuts_out()
    {
        var leaf = Leaf("app");
        var isBelow = Having(AccessKey.Issuer, "Corp Root");
        var isNotBelow = isBelow with { IsNot = true };
        Assert.Multiple(() =>
        {
            Assert.That(Judge([Entry("access[0]", false, isBelow)], leaf).Refusal, Is.Null);
            Assert.That(Unknown(Entry("access[0]", false, isBelow)), Is.Not.Null);
            Assert.That(Unknown(_everybody, Entry("access[0]", true, isBelow)), Is.Not.Null);
            Assert.That(Unknown(_everybody, Entry("access[0]", true, isNotBelow)), Is.Not.Null);
            Assert.That(Unknown(Entry("access[0]", false, isNotBelow)), Is.Not.Null);
        });

        Refusal? Unknown(params AccessEntry[] entries) =>
            Rules(entries, []).Judge(new AccessRequest(leaf, null, CommonNameUse.AnyName, null)).Refusal;
    }

    [TestCase("::ffff:10.1.2.3", true)]
    [TestCase("10.1.2.3", true)]
    [TestCase("::10.1.2.3", false)]
    [TestCase(null, false)]
    public void An_IPv4_address_in_IPv6_is_in_the_networks_of_IPv4(string? from, bool isLetIn) =>
        Assert.That(
            Reason([Entry("access[0]", denies: false, Having(AccessKey.From, "10.0.0.0/8"))], Leaf("app"), from)
                is null,
            Is.EqualTo(isLetIn)
        );

    private static AccessEntry Entry(string key, bool denies = false, params AccessCondition[] conditions) =>
        new(key, denies, IsAudit: false, [.. conditions]);

    private static AccessCondition Having(AccessKey key, params string[] values) => new(key, IsNot: false, [.. values]);

    private static AccessRules Rules(AccessEntry[] entries, string[] allowedNames) =>
        new(new AccessSettings([.. entries], entries.Any(entry => !entry.IsAudit)), allowedNames);

    private string? Reason(AccessEntry[] entries, X509Certificate2 leaf, string? from = null) =>
        Judge(entries, leaf, from).Refusal?.Reason;

    private AccessVerdict Judge(
        AccessEntry[] entries,
        X509Certificate2 leaf,
        string? from = null,
        string[]? allowedNames = null,
        CommonNameUse use = CommonNameUse.AnyName
    ) =>
        Rules(entries, allowedNames ?? [])
            .Judge(
                new AccessRequest(
                    leaf,
                    JudgedChain.Good([leaf, _root.Certificate]),
                    use,
                    from is null ? null : IPAddress.Parse(from)
                )
            );

    private X509Certificate2 Leaf(string commonName, params string[] units) =>
        Issue(new TestLeaf { CommonName = commonName, Units = units });

    private X509Certificate2 Issue(TestLeaf leaf) => _root.Issue(leaf).Certificate;

    /// <summary>A subject of one RDN with several values (RFC 5280 section 4.1.2.4), which .NET cannot make.</summary>
    private static X500DistinguishedName SeveralInOne(params (string Oid, string Value)[] values)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSetOf())
        {
            foreach (var (oid, value) in values)
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(oid);
                    writer.WriteCharacterString(UniversalTagNumber.UTF8String, value);
                }
            }
        }

        return new X500DistinguishedName(writer.Encode());
    }
}
