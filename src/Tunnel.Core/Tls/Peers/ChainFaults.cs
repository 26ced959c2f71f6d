using System.Security.Cryptography.X509Certificates;
using Tunnel.Config;
using Flags = System.Security.Cryptography.X509Certificates.X509ChainStatusFlags;

namespace Tunnel.Tls;

/// <summary>
/// Turns a chain that a backend has built into faults in plain words. Fails closed: anything not known to be harmless
/// is a fault, and dates, strength, usage and the anchor are checked again, so that a chain built with a laxer policy
/// does not pass.
/// </summary>
internal static class ChainFaults
{
    private const Flags Untrusted = Flags.UntrustedRoot | Flags.PartialChain;

    private const Flags NameConstraint =
        Flags.HasNotPermittedNameConstraint
        | Flags.HasExcludedNameConstraint
        | Flags.HasNotSupportedNameConstraint
        | Flags.HasNotDefinedNameConstraint
        | Flags.InvalidNameConstraints;

    // These are explained for the whole chain, from the certificates themselves. Dates especially: a builder compares
    // them in local time, and the runtime and libc read TZ differently.
    private const Flags ExplainedElsewhere = Untrusted | Flags.NotTimeValid | Flags.NotValidForUsage | NameConstraint;

    /// <param name="peer">Which side of the handshake the peer is.</param>
    public static IReadOnlyList<Refusal> Find(
        JudgedChain chain,
        TrustAnchors anchors,
        TunnelRole peer,
        DateTimeOffset now
    )
    {
        var certificates = chain.Certificates;
        var flags = chain.Faults.Aggregate(Flags.NoError, (all, faults) => all | faults);
        var faults = new List<Refusal>();
        if ((flags & Untrusted) != 0 || !anchors.Contains(certificates[^1]))
        {
            faults.Add(UntrustedChain.Explain(certificates, anchors));
        }

        faults.AddRange(certificates.SelectMany((c, depth) => OfCertificate(c, chain.Faults[depth], anchors)));
        faults.AddRange(certificates.Select((c, depth) => Date(c, depth, now)).OfType<Refusal>());
        faults.AddRange(certificates.Select(c => Strength(c, anchors)).OfType<Refusal>());
        faults.AddRange(Usage(certificates, flags, peer));
        faults.AddRange(Names(chain, flags));
        // A fault reported by the backend that nothing above explains.
        if (faults.Count == 0 && (flags & ~Flags.NotTimeValid) != Flags.NoError)
        {
            faults.Add(Other($"the chain of certificate {Subject(certificates[0])} has the fault {flags}"));
        }

        return faults;
    }

    private static IEnumerable<Refusal> OfCertificate(X509Certificate2 certificate, Flags faults, TrustAnchors anchors)
    {
        var flags = faults & ~ExplainedElsewhere;
        var subject = Subject(certificate);
        if (flags.HasFlag(Flags.NotSignatureValid))
        {
            yield return new(RefusalCode.BadSignature, UntrustedChain.NotSignedBy(certificate, anchors));
        }

        if (flags.HasFlag(Flags.Revoked))
        {
            yield return new(RefusalCode.Revoked, $"certificate {subject} has been revoked");
        }

        if (flags.HasFlag(Flags.InvalidBasicConstraints))
        {
            yield return Other($"{subject} issued a certificate although its basic constraints do not allow that");
        }

        if (flags.HasFlag(Flags.HasNotSupportedCriticalExtension))
        {
            yield return Other($"certificate {subject} has a critical extension that the tunnel does not know");
        }

        var rest =
            flags
            & ~(
                Flags.NotSignatureValid
                | Flags.Revoked
                | Flags.InvalidBasicConstraints
                | Flags.HasNotSupportedCriticalExtension
            );
        if (rest != Flags.NoError)
        {
            yield return Other($"certificate {subject} has the fault {rest}");
        }
    }

    private static Refusal? Strength(X509Certificate2 certificate, TrustAnchors anchors) =>
        CertificateStrength.FaultOf(certificate, signatureCounts: !anchors.Contains(certificate)) is { } fault
            ? new(RefusalCode.TooWeak, $"certificate {Subject(certificate)} {fault}")
            : null;

    /// <summary>
    /// OpenSSL compares SANs with constraints octet for octet; we compare names without a dot at their end, so we check
    /// that form too.
    /// </summary>
    private static IEnumerable<Refusal> Names(JudgedChain chain, Flags flags)
    {
        if (chain.Certificates.Count == 1)
        {
            yield break;
        }

        var dnsNames = SubjectAltNames.Of(chain.Certificates[0]).Entries.Where(san => san.Kind == SanKind.DNS).ToList();
        foreach (var ca in chain.Certificates.Skip(1))
        {
            if (NameConstraints.Of(ca) is { } constraints)
            {
                var beyond = dnsNames.Find(san => !constraints.Permits(san.Value));
                if (beyond is not null || (flags & NameConstraint) != 0)
                {
                    yield return Other(
                        $"certificate {Subject(chain.Certificates[0])} has {beyond?.ToString() ?? "a name"} outside "
                            + "the name "
                            + $"constraints of its CA {Subject(ca)} ({constraints})"
                    );
                }
            }
        }
    }

    private static Refusal? Date(X509Certificate2 certificate, int depth, DateTimeOffset now) =>
        Validity.FaultOf($"{(depth == 0 ? "certificate" : "CA certificate")} {Subject(certificate)}", certificate, now);

    private static IEnumerable<Refusal> Usage(
        IReadOnlyList<X509Certificate2> certificates,
        Flags flags,
        TunnelRole peer
    )
    {
        if (CertificateUsage.WhyNotFor(peer, certificates[0]) is { } why)
        {
            yield return WrongUsage(Subject(certificates[0]), peer, why);
            yield break;
        }
        // Only then: for one list that lacks the usage the builder flags every element above or below it.
        if (flags.HasFlag(Flags.NotValidForUsage))
        {
            var limiting = certificates.FirstOrDefault(c => CertificateUsage.ExtendedUsageLacks(peer, c) is not null);
            yield return limiting is null
                ? WrongUsage(Subject(certificates[0]), peer, "no reason is given")
                : WrongUsage(
                    Subject(certificates[0]),
                    peer,
                    $"extended key usage of its CA {Subject(limiting)} lists only "
                        + CertificateUsage.ExtendedUsageLacks(peer, limiting)
                );
        }
    }

    private static Refusal WrongUsage(string subject, TunnelRole peer, string why) =>
        new(RefusalCode.WrongUsage, $"certificate {subject} must not be used by a TLS {peer.Word()} ({why})");

    private static Refusal Other(string reason) => new(RefusalCode.OtherChainFault, reason);

    private static string Subject(X509Certificate2 certificate) => NameText.Subject(certificate);
}
