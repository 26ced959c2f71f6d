using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls;

/// <summary>Says why a chain does not end in one of our anchors, and no more than the certificates at hand can tell.</summary>
internal static class UntrustedChain
{
    /// <param name="chain">From the leaf up, as far as the builder came; at least the leaf.</param>
    public static Refusal Explain(IReadOnlyList<X509Certificate2> chain, TrustAnchors anchors)
    {
        var last = chain[^1];
        var subject = Text(last.SubjectName);
        var issuer = Text(last.IssuerName);
        if (anchors.Contains(last))
        {
            return new(
                RefusalCode.UntrustedIssuer,
                $"{subject} is in {anchors.File} but is not self-signed; {anchors.File} must also hold its issuer {issuer}"
            );
        }
        var selfIssued = SameName(last.SubjectName, last.IssuerName);
        if (selfIssued && chain.Count == 1)
        {
            return new(RefusalCode.SelfSigned, $"certificate {subject} is self-signed and not in {anchors.File}");
        }
        if (anchors.Certificates.Any(anchor => SameName(anchor.SubjectName, last.IssuerName)))
        {
            return new(
                RefusalCode.UntrustedIssuer,
                $"issuer {issuer} is not trusted by {anchors.File}, which holds a CA of the same name with another key"
            );
        }
        if (selfIssued)
        {
            return new(RefusalCode.UntrustedIssuer, $"issuer {issuer} is not trusted by {anchors.File}");
        }
        return UnknownIssuer(last, chain.Count == 1 ? $"issuer {issuer}" : $"issuer {issuer} of {subject}", anchors);
    }

    /// <summary>
    /// The issuer's certificate is nowhere: it may be a root that we do not trust, which peers need not send, or an
    /// intermediate that the peer forgot. Only a leaf that names its issuer's issuer (RFC 5280 section 4.2.1.1) settles it.
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
                $"{absent} (either a CA that is not trusted here, or a missing intermediate: then the peer must send its chain)"
            );
    }

    private static bool SameName(X500DistinguishedName one, X500DistinguishedName other) =>
        one.RawData.AsSpan().SequenceEqual(other.RawData);

    private static string Text(X500DistinguishedName name) => SafeText.Escape(name.Name);
}
