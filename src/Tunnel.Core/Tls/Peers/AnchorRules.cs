using System.Security.Cryptography.X509Certificates;
using Tunnel.Config;

namespace Tunnel.Tls;

/// <summary>Whether a certificate of a CA file can ever be of use, whatever the date.</summary>
internal static class AnchorRules
{
    /// <summary>
    /// Why no peer can get in with <paramref name="anchor"/>; null when one can. A chain ends in a self-signed
    /// certificate: a CA, or the peer's own, which is then trusted directly.
    /// </summary>
    /// <param name="all">All certificates of its file.</param>
    /// <param name="peer">Which side of the handshake the peer is.</param>
    public static Trouble? WhyUseless(X509Certificate2 anchor, IReadOnlyList<X509Certificate2> all, TunnelRole peer)
    {
        var subject = SafeText.Escape(anchor.Subject);
        if (CertificateStrength.FaultOf(anchor, signatureCounts: false) is { } weak)
        {
            return Trouble.Of(
                $"{subject} {weak}, so nobody with a certificate from it is accepted",
                CertificateStrength.Remedy
            );
        }

        if (!IsNamedIssuer(anchor, anchor))
        {
            return all.Any(other => IsNamedIssuer(other, anchor))
                ? null
                : Trouble.Of(
                    $"{subject} is not self-signed and its issuer {SafeText.Escape(anchor.Issuer)} is not in the file; "
                        + "no chain can end with it",
                    "put the issuer's certificate into the file too"
                );
        }

        var role = peer.Word();
        if (WhyNoIssuer(anchor) is not { } why)
        {
            return CertificateUsage.ExtendedUsageLacks(peer, anchor) is { } listed
                ? Trouble.Of(
                    $"{subject} must not issue certificates for a TLS {role} (its extended key usage lists only "
                        + $"{listed})",
                    $"put the CA that issues them for a TLS {role} into the file"
                )
                : null;
        }

        if (IsCalledCa(anchor) == true)
        {
            return Trouble.Of(
                $"{subject} must not issue certificates ({why})",
                "put the CA that issues them into the file, or issue this one again with that usage"
            );
        }

        return CertificateUsage.WhyNotFor(peer, anchor) is { } unfit
            ? Trouble.Of(
                $"{subject} is not a CA ({why}), and a TLS {role} must not use it itself ({unfit})",
                "put the certificate of the CA into the file"
            )
            : null;
    }

    /// <summary>True for a certificate that ends chains: CAs below it need it.</summary>
    public static bool IsRoot(X509Certificate2 anchor) => IsNamedIssuer(anchor, anchor);

    /// <summary>
    /// Another CA of the same name with a different key, earlier in the file; null when there is none.
    /// </summary>
    public static X509Certificate2? EarlierNamesake(X509Certificate2 anchor, IReadOnlyList<X509Certificate2> all) =>
        all.TakeWhile(other => other != anchor)
            .FirstOrDefault(other =>
                other.SubjectName.RawData.AsSpan().SequenceEqual(anchor.SubjectName.RawData)
                && !other
                    .PublicKey.ExportSubjectPublicKeyInfo()
                    .AsSpan()
                    .SequenceEqual(anchor.PublicKey.ExportSubjectPublicKeyInfo())
            );

    private static string? WhyNoIssuer(X509Certificate2 certificate)
    {
        var keyUsage = certificate.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault()?.KeyUsages;
        return keyUsage is { } usages && !usages.HasFlag(X509KeyUsageFlags.KeyCertSign)
            ? $"key usage is {usages}, without KeyCertSign"
            : IsCalledCa(certificate) switch
            {
                true => null,
                false => "basic constraints say CA:FALSE",
                // Certificates of version 1 cannot say what they are, and OpenSSL accepts the key usage as an answer.
                null => certificate.Version == 1 || keyUsage is not null ? null : "it has no basic constraints",
            };
    }

    private static bool? IsCalledCa(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault()?.CertificateAuthority;

    private static bool IsNamedIssuer(X509Certificate2 issuer, X509Certificate2 certificate) =>
        issuer.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
}
