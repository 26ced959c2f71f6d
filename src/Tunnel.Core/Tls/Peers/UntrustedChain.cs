using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls;

/// <summary>Says why a chain does not end in one of our anchors, as far as the certificates show it.</summary>
internal static class UntrustedChain
{
    /// <param name="chain">From the leaf up, as far as the builder got; at least the leaf.</param>
    public static Refusal Explain(IReadOnlyList<X509Certificate2> chain, TrustAnchors anchors)
    {
        var last = chain[^1];
        var subject = Text(last.SubjectName);
        var issuer = Text(last.IssuerName);
        if (anchors.Contains(last))
        {
            return new(
                RefusalCode.UntrustedIssuer,
                $"{subject} is in {anchors.File} but is not self-signed; {anchors.File} must also hold its issuer "
                    + $"{issuer}"
            );
        }

        var selfIssued = SameName(last.SubjectName, last.IssuerName);
        if (selfIssued && chain.Count == 1)
        {
            return new(RefusalCode.SelfSigned, $"certificate {subject} is self-signed and not in {anchors.File}");
        }

        if (anchors.Certificates.FirstOrDefault(a => SameName(a.SubjectName, last.IssuerName)) is not null)
        {
            return new(
                RefusalCode.UntrustedIssuer,
                $"issuer {issuer} is not trusted by {anchors.File}, which holds {SameNamed(last, anchors)}"
            );
        }

        if (selfIssued)
        {
            return new(RefusalCode.UntrustedIssuer, $"issuer {issuer} is not trusted by {anchors.File}");
        }

        return UnknownIssuer(last, chain.Count == 1 ? $"issuer {issuer}" : $"issuer {issuer} of {subject}", anchors);
    }

    /// <summary>
    /// The issuer's certificate is missing: it may be a root that we do not trust, which peers need not send, or an
    /// intermediate that the peer forgot. Only a leaf that names its issuer's issuer (RFC 5280 section 4.2.1.1) shows
    /// which.
    /// </summary>
    private static Refusal UnknownIssuer(X509Certificate2 last, string issuer, TrustAnchors anchors)
    {
        var absent = $"{issuer} is neither among the certificates the peer sent nor in {anchors.File}";
        var above = last.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault()?.NamedIssuer;
        var root = above is null ? null : anchors.Certificates.FirstOrDefault(a => SameName(a.SubjectName, above));
        return root is not null
            ? new(
                RefusalCode.MissingIntermediate,
                $"{absent} (missing intermediate, issued by {Text(root.SubjectName)}: the peer must send its chain)"
            )
            : new(
                RefusalCode.UntrustedIssuer,
                $"{absent} (either a CA that is not trusted here, or a missing intermediate: then the peer must "
                    + "send its chain)"
            );
    }

    /// <summary>For a certificate that was not signed with any anchor's key.</summary>
    public static string NotSignedBy(X509Certificate2 certificate, TrustAnchors anchors)
    {
        var namesakes = anchors.Certificates.Count(a => SameName(a.SubjectName, certificate.IssuerName));
        var fault =
            $"certificate {NameText.Subject(certificate)} was not signed with the key of its issuer "
            + $"{NameText.Issuer(certificate)}";
        return namesakes > 1
            ? $"{fault}: {anchors.File} holds {namesakes} CAs of that name, and a certificate that does not name "
                + "its issuer's "
                + "key (authorityKeyIdentifier) is checked with the first of them only"
            : $"{fault} (forged, damaged, or issued by a CA with the same name as one in {anchors.File})";
    }

    /// <summary>
    /// Why the CA of this name is not accepted as the issuer, from the identifiers in both (RFC 5280 section 4.2.1.1).
    /// </summary>
    private static string SameNamed(X509Certificate2 certificate, TrustAnchors anchors)
    {
        var namesakes = anchors.Certificates.Where(a => SameName(a.SubjectName, certificate.IssuerName)).ToList();
        var wanted = certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault();
        var keyId = wanted?.KeyIdentifier;
        // Most CAs' identifiers are the SHA-1 of their key, which distinguishes this case from a CA with a different
        // key.
        if (keyId is not null && namesakes.Exists(ca => KeyHash(ca).AsSpan().SequenceEqual(keyId.Value.Span)))
        {
            return wanted!.SerialNumber is { } serial && !namesakes.Exists(ca => SameSerial(ca, serial))
                ? $"that CA with a serial number other than {Convert.ToHexString(serial.Span)}, which the "
                    + "certificate names: the CA "
                    + "was renewed; issue the certificate again, or add the CA's older certificate to the file"
                : "that CA with a key identifier other than the one that the certificate names: the CA was renewed; "
                    + "issue the "
                    + "certificate again, or add the CA's older certificate to the file";
        }

        return keyId is null && wanted?.SerialNumber is not null
            ? "a CA of the same name with a serial number other than the one that the certificate names"
            : "a CA of the same name with another key";
    }

    private static byte[] KeyHash(X509Certificate2 ca) =>
        new X509SubjectKeyIdentifierExtension(
            ca.PublicKey,
            X509SubjectKeyIdentifierHashAlgorithm.Sha1,
            critical: false
        ).SubjectKeyIdentifierBytes.ToArray();

    private static bool SameSerial(X509Certificate2 ca, ReadOnlyMemory<byte> serial) =>
        ca.SerialNumberBytes.Span.TrimStart((byte)0).SequenceEqual(serial.Span.TrimStart((byte)0));

    private static bool SameName(X500DistinguishedName one, X500DistinguishedName other) =>
        one.RawData.AsSpan().SequenceEqual(other.RawData);

    private static string Text(X500DistinguishedName name) => NameText.Of(name);
}
