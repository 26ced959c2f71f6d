using System.Security.Cryptography.X509Certificates;
using Tunnel.Config;

namespace Tunnel.Tls;

/// <summary>Checks the certificates of a profile for anything that stops it from working, now or soon.</summary>
public static class CertificateReports
{
    /// <summary>
    /// Our certificate, its intermediates and the CAs for peers, in this order and each in that of its file.
    /// </summary>
    public static IReadOnlyList<CertificateReport> Of(TlsProfile profile, DateTimeOffset now)
    {
        var reports = new List<CertificateReport>();
        if (profile.Own is { } own)
        {
            reports.Add(
                Report(
                    CertificateFileRole.Own,
                    own.CertFile,
                    own.Leaf,
                    now,
                    needed: true,
                    OwnWarnings(profile.Role, own)
                )
            );
            reports.AddRange(
                own.Intermediates.Select(c =>
                    Report(CertificateFileRole.OwnIntermediate, own.CertFile, c, now, needed: true, [])
                )
            );
        }

        if (profile.Policy.Anchors is { } anchors)
        {
            var peer = profile.Role.Peer();
            // One of several CAs may be retired while the others are in use.
            var needed = !anchors.Certificates.Any(c =>
                AnchorRules.IsRoot(c)
                && AnchorRules.WhyUseless(c, anchors.Certificates, peer) is null
                && Validity.FaultOf("", c, now) is null
            );
            reports.AddRange(
                anchors.Certificates.Select(c =>
                    Report(CertificateFileRole.PeerCa, anchors.File, c, now, needed, AnchorWarnings(anchors, c, peer))
                )
            );
        }

        return reports;
    }

    private static CertificateReport Report(
        CertificateFileRole role,
        string file,
        X509Certificate2 certificate,
        DateTimeOffset now,
        bool needed,
        IEnumerable<SetupWarning> warnings
    )
    {
        DateTimeOffset notAfter = certificate.NotAfter.ToUniversalTime();
        var identity = PeerIdentity.From(certificate);
        return new(
            role,
            file,
            identity.Subject,
            identity.Sans,
            certificate.NotBefore.ToUniversalTime(),
            notAfter,
            now > notAfter
                ? $"expired {Instants.Format(now - notAfter)} ago"
                : $"{Instants.Format(notAfter - now)} left",
            [.. DateWarnings($"{file}: {identity.Subject}", certificate, now, needed), .. warnings]
        );
    }

    private static IEnumerable<SetupWarning> DateWarnings(
        string name,
        X509Certificate2 certificate,
        DateTimeOffset now,
        bool needed
    )
    {
        DateTimeOffset notAfter = certificate.NotAfter.ToUniversalTime();
        if (Validity.FaultOf(name, certificate, now) is { } fault)
        {
            yield return new SetupWarning(needed, Trouble.Of(fault.Reason, Validity.Remedy(fault.Code)))
            {
                Code = fault.Code,
            };
        }
        else if (notAfter - now < ExpirySteps.First)
        {
            var left = Instants.Format(notAfter - now);
            yield return new SetupWarning(
                false,
                Trouble.Of(
                    $"{name} expires on {Instants.Format(notAfter)} (in {left})",
                    "renew it: no restart is needed"
                )
            );
        }
    }

    private static IEnumerable<SetupWarning> OwnWarnings(TunnelRole role, OwnCertificate own)
    {
        var name = $"{own.CertFile}: {SafeText.Escape(own.Leaf.Subject)}";
        if (CertificateUsage.WhyNotFor(role, own.Leaf) is { } why)
        {
            yield return new SetupWarning(
                true,
                Trouble.Of(
                    $"{name} may not be used by a TLS {role.Word()} ({why})",
                    $"issue it again for a TLS {role.Word()}, as tunnel certs init does"
                )
            )
            {
                Code = RefusalCode.WrongUsage,
            };
        }
        // Without intermediates, the peer may know the issuer; with intermediates that do not fit, the file is wrong.
        if (own.Intermediates.Count > 0 && !own.Intermediates.Any(c => IsNamedIssuer(c, own.Leaf)))
        {
            yield return new SetupWarning(
                false,
                Trouble.Of(
                    $"{name} was issued by {SafeText.Escape(own.Leaf.Issuer)}, which is not among the certificates "
                        + "after it",
                    "put the certificate of that CA right behind it"
                )
            );
        }
    }

    private static IEnumerable<SetupWarning> AnchorWarnings(
        TrustAnchors anchors,
        X509Certificate2 anchor,
        TunnelRole peer
    )
    {
        if (AnchorRules.WhyUseless(anchor, anchors.Certificates, peer) is { } why)
        {
            yield return new SetupWarning(false, why.Behind($"{anchors.File}: "));
        }

        if (AnchorRules.EarlierNamesake(anchor, anchors.Certificates) is not null)
        {
            yield return new SetupWarning(
                false,
                Trouble.Of(
                    $"{anchors.File}: it holds two CAs of the same name {SafeText.Escape(anchor.Subject)} with "
                        + "different keys; a certificate that does not say which of them signed it "
                        + "(authorityKeyIdentifier) counts as the first one's",
                    "give each CA a name of its own, or remove the one that is no longer used"
                )
            );
        }
    }

    private static bool IsNamedIssuer(X509Certificate2 issuer, X509Certificate2 certificate) =>
        issuer.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
}
