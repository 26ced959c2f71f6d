using System.Net;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Behaviour;

/// <summary>Certificates as good and as bad as they come, for both ends of the TLS leg.</summary>
public static class CertificateCases
{
    /// <summary>A certificate made by somebody who holds <paramref name="root"/>, for better or worse.</summary>
    public delegate TestCertificate Maker(TestCa root);

    public static IEnumerable<TestCaseData> Good =>
        [
            Case("ECDSA", root => root.Issue(new TestLeaf { CommonName = "good" })),
            Case("RSA", root => root.Issue(new TestLeaf { CommonName = "good", Algorithm = TestAlgorithm.Rsa2048 })),
            Case(
                "with its intermediate",
                root => root.CreateIntermediate().Issue(new TestLeaf { CommonName = "good" })
            ),
            Case(
                "with two intermediates",
                root =>
                    root.CreateIntermediate().CreateIntermediate("Lower").Issue(new TestLeaf { CommonName = "good" })
            ),
        ];

    /// <summary>With words of the reason.</summary>
    public static IEnumerable<TestCaseData> BadForEverybody =>
        [
            Case("expired", root => root.Issue(TestLeaf.Expired(TimeSpan.FromDays(3))), "expired on"),
            Case(
                "not yet valid",
                root => root.Issue(TestLeaf.NotYetValid(TimeSpan.FromDays(3))),
                "is not valid before"
            ),
            Case("another CA", _ => TestCa.CreateRoot("Other Root").Issue(), "issuer CN=Other Root is neither among"),
            Case(
                "another CA of the same name",
                _ => TestCa.CreateRoot().Issue(),
                "CA of the same name with another key"
            ),
            Case("self-signed", _ => TestCa.SelfSigned(), "is self-signed and not in"),
            Case(
                "without its intermediate",
                root =>
                    root.CreateIntermediate().Issue(new TestLeaf { SendIntermediates = false, AuthorityIssuer = true }),
                "missing intermediate, issued by CN=Test Root"
            ),
        ];

    public static IEnumerable<TestCaseData> BadForClients =>
        BadForEverybody.Append(
            Case(
                "for servers only",
                root => root.Issue(new TestLeaf { UsageOids = [TestLeaf.ServerAuth] }),
                "must not be used by a TLS client"
            )
        );

    public static IEnumerable<TestCaseData> BadForServers =>
        [
            .. BadForEverybody,
            Case(
                "for clients only",
                root => root.Issue(new TestLeaf { UsageOids = [TestLeaf.ClientAuth] }),
                "must not be used by a TLS server"
            ),
            Case(
                "of another name",
                root => root.Issue(new TestLeaf { CommonName = "localhost", DnsNames = ["db.example"] }),
                "name localhost is not among"
            ),
            Case(
                "of an address instead of the name",
                root => root.Issue(new TestLeaf { DnsNames = [], Addresses = [IPAddress.Loopback] }),
                "name localhost is not among"
            ),
        ];

    private static TestCaseData Case(string name, Maker make, string? words = null) =>
        new TestCaseData(words is null ? [make] : [make, words]).SetArgDisplayNames(name);
}
