using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls;

/// <summary>The rule about a server's name, in words.</summary>
internal static class ServerNames
{
    /// <summary>Null when <paramref name="serverName"/> is among the SANs.</summary>
    public static string? FaultOf(X509Certificate2 leaf, string serverName)
    {
        if (NameRules.MatchesServerName(leaf, serverName))
        {
            return null;
        }

        var sans = SubjectAltNames.Of(leaf);
        var fault = $"name {serverName} is not among {sans}";
        if (AddressText.Read(serverName) is { } address)
        {
            return sans.Entries.Any(san =>
                san.Kind == SanKind.DNS && AddressText.Read(san.Value)?.Equals(address) == true
            )
                ? $"{fault}: the certificate has the address as a DNS name, but an address must be an IP SAN; issue it "
                    + $"again with IP:{address}, or set server_name to a DNS name that it has"
                : $"{fault}: an address must be an IP SAN (IP:{address})";
        }

        return sans.Entries.Count == 0 && CommonName.Of(leaf) is not null
            ? $"{fault}: the CN does not count, so issue the certificate again with the SAN DNS:{serverName}"
            : fault;
    }
}
