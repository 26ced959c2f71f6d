using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Tunnel.Tls;

/// <summary>
/// The names of one certificate, indexed for lookups: with thousands of SANs and thousands of allowed names the cost is
/// the sum of both, not the product.
/// </summary>
internal sealed class BorneNames
{
    // DNS names and e-mail addresses in lower case; a SAN of these kinds is ASCII (RFC 5280 section 4.2.1.6).
    private readonly HashSet<string> _dns = new(StringComparer.Ordinal);
    private readonly HashSet<string> _dnsParents = new(StringComparer.Ordinal);
    private readonly HashSet<string> _emails = new(StringComparer.Ordinal);
    private readonly HashSet<string> _uris = new(StringComparer.Ordinal);
    private readonly HashSet<string> _addresses = new(StringComparer.Ordinal);
    private readonly string? _commonName;

    public BorneNames(X509Certificate2 certificate)
    {
        _commonName = CommonName.Of(certificate);
        foreach (var san in SubjectAltNames.Of(certificate).Entries)
        {
            switch (san.Kind)
            {
                case SanKind.DNS:
                    AddDns(DnsName.Normalize(san.Value).ToLowerInvariant());
                    break;
                case SanKind.IP:
                    _addresses.Add(san.Value);
                    break;
                case SanKind.Email:
                    _emails.Add(san.Value.ToLowerInvariant());
                    break;
                default:
                    _uris.Add(san.Value);
                    break;
            }
        }
    }

    /// <summary>Whether a SAN matches, or the CN as far as it counts.</summary>
    public bool Matches(NamePattern pattern, CommonNameUse commonNameUse) =>
        MatchesSan(pattern)
        || (
            commonNameUse switch
            {
                CommonNameUse.AnyName => true,
                CommonNameUse.DnsName => pattern.Kind == SanKind.DNS,
                _ => false,
            } && MatchesCommonName(pattern)
        );

    private bool MatchesSan(NamePattern pattern) =>
        pattern.Kind switch
        {
            SanKind.IP => _addresses.Contains(pattern.Address!.ToString()),
            SanKind.Email => Holds(_emails, pattern.Text),
            SanKind.URI => _uris.Contains(pattern.Text)
                || (UriPattern.IsOne(pattern.Text) && _uris.Any(uri => UriPattern.Matches(uri, pattern.Text))),
            _ => MatchesDns(DnsName.Normalize(pattern.Text)),
        };

    private bool MatchesCommonName(NamePattern pattern) =>
        _commonName is not null
        && (
            string.Equals(_commonName, pattern.Text, StringComparison.Ordinal)
            || Ascii.EqualsIgnoreCase(_commonName, pattern.Text)
            || (DnsName.IsWellFormed(_commonName) && DnsName.Matches(_commonName, pattern.Text))
        );

    private void AddDns(string name)
    {
        _dns.Add(name);
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0 && DnsName.IsWellFormed(name))
        {
            _dnsParents.Add(name[(dot + 1)..]);
        }
    }

    private bool MatchesDns(string pattern) =>
        Holds(_dns, pattern)
        || (
            pattern.StartsWith("*.", StringComparison.Ordinal)
            && DnsName.IsWellFormed(pattern.AsSpan(2))
            && Holds(_dnsParents, pattern[2..])
        );

    // Only ASCII is compared without case, so that no Unicode look-alike passes.
    private static bool Holds(HashSet<string> names, string name) =>
        Ascii.IsValid(name) && names.Contains(name.ToLowerInvariant());
}
