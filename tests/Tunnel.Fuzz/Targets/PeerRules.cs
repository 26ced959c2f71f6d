using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tunnel.Config;
using Tunnel.Text;
using Tunnel.Tls;
using Flags = System.Security.Cryptography.X509Certificates.X509ChainStatusFlags;
using Invariant = Tunnel.Fuzz.Targets.Hold;

namespace Tunnel.Fuzz.Targets;

/// <summary>
/// What must hold of any certificate: how it is shown, which names it bears, and that it can be judged.
/// </summary>
internal static class PeerRules
{
    // 16 SANs, two names and a list of all that is wrong, each cut at 512 bytes, of which one may be shown as 6
    // letters.
    private const int MostReasonCharacters = 64 * 1024;

    private static readonly string[] _hosts = ["a.example", "b.a.example", "10.0.0.1", "::1", "localhost"];

    private static readonly Flags[] _faults =
    [
        Flags.PartialChain,
        Flags.NotSignatureValid,
        Flags.NotTimeValid,
        Flags.NotValidForUsage,
        Flags.HasExcludedNameConstraint,
        Flags.InvalidExtension,
        Flags.Revoked,
    ];

    private static readonly string[] _patterns =
    [
        "a.example",
        "*.a.example",
        "*.example",
        "10.0.0.1",
        "x@a.example",
        "spiffe://a/b",
        "spiffe://a/*",
        "spiffe://a/*/b",
        "a",
        "é.example",
    ];

    // Each key once as it is and once as not_..., in an entry that denies and in one that allows.
    private static readonly AccessRules _rules = new(
        new AccessSettings(
            [
                .. from denies in new[] { true, false }
                from isNot in new[] { true, false }
                from key in Enum.GetValues<AccessKey>()
                select new AccessEntry("access[0]", denies, isNot, [new AccessCondition(key, isNot, ValuesOf(key))]),
            ],
            IsEnforced: true
        ),
        []
    );

    /// <param name="ca">Above the leaf; it may be the leaf itself.</param>
    public static void Hold(X509Certificate2 leaf, X509Certificate2 ca)
    {
        var sans = SubjectAltNames.Of(leaf);
        IsShownOnOneLine(leaf, sans);
        AgreesWithDotNet(leaf, sans);
        PatternsMatchAsTheyShould(leaf, sans);
        ConstraintsHold(ca, sans);
        IsJudged(leaf, ca);
    }

    private static ValueList<string> ValuesOf(AccessKey key) =>
        key switch
        {
            AccessKey.Names => [.. _patterns],
            AccessKey.From => ["10.0.0.0/8"],
            AccessKey.Serial => ["1"],
            AccessKey.Fingerprint => [new string('A', 64)],
            _ => ["a", "CN=a"],
        };

    private static void IsShownOnOneLine(X509Certificate2 leaf, SubjectAltNames sans)
    {
        var identity = PeerIdentity.From(leaf);
        Invariant.IsLine(identity.ToString(), "a peer's identity", MostReasonCharacters);
        Invariant.IsLine(identity.Name, "a peer's name", SafeText.MostBytes);
        Invariant.IsLine(sans.ToString(), "SANs", MostReasonCharacters);
    }

    /// <summary>Whatever .NET reads as a name, and whatever it lets a host match, must be the same here.</summary>
    private static void AgreesWithDotNet(X509Certificate2 leaf, SubjectAltNames sans)
    {
        var extensions = leaf.Extensions.Where(extension => extension.Oid?.Value == "2.5.29.17").ToList();
        if (extensions.Count != 1)
        {
            return;
        }

        try
        {
            var theirs = new X509SubjectAlternativeNameExtension(extensions[0].RawData);
            string[] dns = [.. theirs.EnumerateDnsNames()];
            string[] addresses = [.. theirs.EnumerateIPAddresses().Select(address => address.ToString())];
            Invariant.That(!sans.Malformed, "SANs that .NET can read");
            Invariant.That(dns.SequenceEqual(Of(sans, SanKind.DNS)), "DNS names that are not those of .NET");
            Invariant.That(addresses.SequenceEqual(Of(sans, SanKind.IP)), "addresses that are not those of .NET");
            foreach (var host in _hosts.Where(host => NameRules.MatchesServerName(leaf, host)))
            {
                // Of a SAN with a dot at its end .NET takes the dot for a part of the name.
                Invariant.That(
                    leaf.MatchesHostname(host, true, false) || dns.Contains($"{host}."),
                    "a server's name that .NET does not match"
                );
            }
        }
        catch (CryptographicException)
        {
            // It reads the kinds of names that are of no use here too, and may not like one of these.
        }
    }

    private static string[] Of(SubjectAltNames sans, SanKind kind) =>
        [.. sans.Entries.Where(san => san.Kind == kind).Select(san => san.Value)];

    /// <summary>Looking names up in sets must come to what comparing each with each comes to.</summary>
    private static void PatternsMatchAsTheyShould(X509Certificate2 leaf, SubjectAltNames sans)
    {
        var borne = new BorneNames(leaf);
        foreach (var text in _patterns.Concat(sans.Entries.Take(4).Select(san => san.Value)))
        {
            var pattern = NamePattern.Parse(text);
            Invariant.Same(
                borne.Matches(pattern, CommonNameUse.Nothing),
                sans.Entries.Any(san => Matches(san, pattern)),
                "whether a SAN matches a pattern"
            );
        }

        var cn = CommonName.Of(leaf);
        Invariant.That(
            cn is null || NameRules.MatchesAllowed(leaf, [cn], CommonNameUse.AnyName),
            "a CN does not match itself"
        );
        Invariant.That(!NameRules.MatchesAllowed(leaf, [], CommonNameUse.AnyName), "a leaf matches one of no patterns");
    }

    private static bool Matches(SubjectAltName san, NamePattern pattern)
    {
        if (san.Kind != pattern.Kind)
        {
            return false;
        }

        var (name, wanted) = (DnsName.Normalize(san.Value), DnsName.Normalize(pattern.Text));
        return san.Kind switch
        {
            SanKind.URI => san.Value == pattern.Text || UriPattern.Matches(san.Value, pattern.Text),
            SanKind.IP => san.Value == pattern.Address!.ToString(),
            SanKind.Email => EqualsInAscii(san.Value, pattern.Text),
            _ => EqualsInAscii(name, wanted) || (DnsName.IsWellFormed(name) && DnsName.Matches(name, wanted)),
        };
    }

    private static bool EqualsInAscii(string one, string other) =>
        System.Text.Ascii.IsValid(one) && System.Text.Ascii.EqualsIgnoreCase(one, other);

    private static void ConstraintsHold(X509Certificate2 ca, SubjectAltNames sans)
    {
        if (NameConstraints.Of(ca) is not { } constraints)
        {
            return;
        }

        Invariant.IsLine(constraints.ToString(), "name constraints", SafeText.MostBytes);
        foreach (var host in _hosts.Concat(Of(sans, SanKind.DNS).Take(4)))
        {
            var isPermitted = constraints.Permits(host);
            Invariant.Same(constraints.Permits(host.ToUpperInvariant()), isPermitted, "a name in capitals");
            Invariant.That(
                host.EndsWith('.') || constraints.Permits($"{host}.") == isPermitted,
                "a name with a dot at its end"
            );
        }
    }

    /// <summary>
    /// Every verdict comes with words, also about chains that a backend has found bad or not complete.
    /// </summary>
    private static void IsJudged(X509Certificate2 leaf, X509Certificate2 ca)
    {
        using var other = PlainCertificate.Of([], isCa: true)!;
        foreach (var anchors in (TrustAnchors[])[new("ca.crt", [ca]), new("ca.crt", [other])])
        {
            PeerPolicy[] policies =
            [
                PeerPolicy.ForClients(anchors, _patterns),
                PeerPolicy.ForClients(anchors, _rules),
                .. _hosts.Select(host => PeerPolicy.ForServers(anchors, host)),
            ];
            foreach (var policy in policies)
            {
                IsJudged(policy, JudgedChain.Good([leaf, ca]));
            }

            foreach (var faults in _faults)
            {
                IsJudged(policies[0], new JudgedChain([leaf], [faults]));
                IsJudged(policies[^1], new JudgedChain([leaf, ca], [faults, Flags.UntrustedRoot]));
            }
        }
    }

    private static void IsJudged(PeerPolicy policy, JudgedChain chain)
    {
        var refusal = policy.Judge(chain);
        Invariant.IsLine(refusal?.Reason ?? "", "why a peer is refused", MostReasonCharacters);
        // Dates are looked at anew, in UTC, whatever the backend says.
        Invariant.That(
            refusal is not null || chain.Faults[0] is Flags.NoError or Flags.NotTimeValid,
            "a peer with a fault is welcome"
        );
        Invariant.IsLine(policy.JudgeVerified(chain)?.Reason ?? "", "why a chain is refused", MostReasonCharacters);
        var resumed = policy.JudgeResumed(chain.Certificates[0], chain, CommonNameUse.AnyName, null);
        Invariant.IsLine(resumed?.Reason ?? "", "why a peer is refused that resumes", MostReasonCharacters);
    }
}
