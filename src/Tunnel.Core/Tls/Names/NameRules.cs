using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls;

/// <summary>
/// Does a certificate have a name? A wildcard is the whole left-most label and stands for exactly one label (RFC 9525
/// section 6.3); only ASCII is compared without case, so no Unicode look-alike passes.
/// </summary>
public static class NameRules
{
    /// <summary>
    /// Is <paramref name="host"/>, a DNS name or an IP address, among the SANs? The CN never counts (RFC 9525 section
    /// 2).
    /// </summary>
    public static bool MatchesServerName(X509Certificate2 certificate, string host)
    {
        var sans = SubjectAltNames.Of(certificate).Entries;
        if (AddressText.Read(host) is { } address)
        {
            return sans.Any(san => IsAddress(san, address));
        }

        var name = DnsName.Normalize(host);
        return DnsName.IsWellFormed(name)
            && sans.Any(san => san.Kind == SanKind.DNS && DnsName.Matches(name, DnsName.Normalize(san.Value)));
    }

    /// <summary>
    /// Does the CN or any SAN match any of <paramref name="patterns"/>? A pattern matches SANs of its own kind
    /// (<see cref="NamePattern"/>), and the CN if the chain lets it count. A pattern <c>*.rest</c> stands for one label
    /// before <c>.rest</c> in a CN or DNS SAN; in a URI it is a <see cref="UriPattern"/>. A wildcard in the certificate
    /// matches only a pattern that is written the same.
    /// </summary>
    public static bool MatchesAllowed(
        X509Certificate2 certificate,
        IEnumerable<string> patterns,
        CommonNameUse commonNameUse
    )
    {
        var names = new BorneNames(certificate);
        return patterns.Any(text => names.Matches(NamePattern.Parse(text), commonNameUse));
    }

    private static bool IsAddress(SubjectAltName san, IPAddress address) =>
        san.Kind == SanKind.IP && IPAddress.Parse(san.Value).Equals(address);
}
