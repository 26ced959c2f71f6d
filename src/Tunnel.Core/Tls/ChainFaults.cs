using System.Security.Cryptography.X509Certificates;
using Flags = System.Security.Cryptography.X509Certificates.X509ChainStatusFlags;

namespace Tunnel.Tls;

/// <summary>
/// Turns a built chain into faults in plain words. Fails closed: whatever is not known to be harmless is a fault, and
/// dates, usage and the anchor are looked at again, so that a chain built with a laxer policy does not pass.
/// </summary>
internal static class ChainFaults
{
    private const Flags Untrusted = Flags.UntrustedRoot | Flags.PartialChain;

    // These are explained for the chain as a whole, from the certificates themselves.
    private const Flags ExplainedElsewhere = Untrusted | Flags.NotTimeValid | Flags.NotValidForUsage;

    /// <param name="peer">Which side of the handshake the peer is.</param>
    public static IReadOnlyList<Refusal> Find(
        X509Certificate2 leaf,
        X509Chain chain,
        TrustAnchors anchors,
        TlsRole peer,
        DateTimeOffset now
    )
    {
        var certificates = chain.ChainElements.Select(element => element.Certificate).ToList();
        if (certificates.Count == 0 || !certificates[0].RawData.AsSpan().SequenceEqual(leaf.RawData))
        {
            return [Other($"no chain has been built for certificate {Subject(leaf)}")];
        }
        var flags = chain
            .ChainElements.Select(element => element.ChainElementStatus)
            .Append(chain.ChainStatus)
            .Aggregate(Flags.NoError, (all, statuses) => all | Combine(statuses));
        var faults = new List<Refusal>();
        if ((flags & Untrusted) != 0 || !anchors.Contains(certificates[^1]))
        {
            faults.Add(UntrustedChain.Explain(certificates, anchors));
        }
        faults.AddRange(chain.ChainElements.SelectMany(element => OfElement(element, anchors)));
        faults.AddRange(certificates.Select((c, depth) => Date(c, depth, now)).OfType<Refusal>());
        faults.AddRange(Usage(certificates, flags, peer));
        if (faults.Count == 0 && flags != Flags.NoError)
        {
            faults.Add(Other($"the chain of certificate {Subject(leaf)} has the fault {flags}"));
        }
        return faults;
    }

    private static IEnumerable<Refusal> OfElement(X509ChainElement element, TrustAnchors anchors)
    {
        var flags = Combine(element.ChainElementStatus) & ~ExplainedElsewhere;
        var subject = Subject(element.Certificate);
        if (flags.HasFlag(Flags.NotSignatureValid))
        {
            var issuer = SafeText.Escape(element.Certificate.Issuer);
            yield return new(
                RefusalCode.BadSignature,
                $"certificate {subject} was not signed with the key of its issuer {issuer} (forged, damaged, "
                    + $"or issued by a CA with the same name as one in {anchors.File})"
            );
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
            yield return Other($"certificate {subject} has a critical extension that is not understood here");
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

    private static Refusal? Date(X509Certificate2 certificate, int depth, DateTimeOffset now) =>
        Validity.FaultOf($"{(depth == 0 ? "certificate" : "CA certificate")} {Subject(certificate)}", certificate, now);

    private static IEnumerable<Refusal> Usage(List<X509Certificate2> certificates, Flags flags, TlsRole peer)
    {
        if (CertificateUsage.WhyNotFor(peer, certificates[0]) is { } why)
        {
            yield return WrongUsage(Subject(certificates[0]), peer, why);
            yield break;
        }
        // Only then: one list that lacks the usage makes the builder flag every element above or below it.
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

    private static Refusal WrongUsage(string subject, TlsRole peer, string why) =>
        new(
            RefusalCode.WrongUsage,
            $"certificate {subject} may not be used by a TLS {(peer == TlsRole.Client ? "client" : "server")} ({why})"
        );

    private static Refusal Other(string reason) => new(RefusalCode.OtherChainFault, reason);

    private static Flags Combine(X509ChainStatus[] statuses) =>
        statuses.Aggregate(Flags.NoError, (all, status) => all | status.Status);

    private static string Subject(X509Certificate2 certificate) => SafeText.Escape(certificate.Subject);
}
