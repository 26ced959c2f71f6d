using System.Net;
using System.Net.Sockets;

namespace Tunnel.Config;

/// <summary>Networks in CIDR notation (RFC 4632 section 3.1, RFC 4291 section 2.3), and single addresses.</summary>
internal static class NetworkRule
{
    private const string General =
        "write a network such as 10.0.0.0/8 or 2001:db8::/32, or an address such as 10.0.0.7 or ::1";

    public static readonly ValueRule<IPNetwork> Network = (text, out value) =>
    {
        value = default;
        var slash = text.IndexOf('/');
        var host = slash < 0 ? text : text[..slash];
        if (HostRule.Host(host, out _) is not null || !IPAddress.TryParse(host, out var address))
        {
            return General;
        }

        if (address.IsIPv4MappedToIPv6 || address is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 })
        {
            return "write IPv4 addresses as IPv4, and no scope ('%')";
        }

        var most = 8 * address.GetAddressBytes().Length;
        if (slash < 0)
        {
            value = new IPNetwork(address, most);
            return null;
        }

        if (NumberRules.WholeNumber(0, most, "bits")(text[(slash + 1)..], out var bits) is { } remedy)
        {
            return $"{remedy} after the '/'";
        }

        var start = StartOf(address, bits);
        if (!start.Equals(address))
        {
            return $"write {start}/{bits} for the network, or {address} for the address";
        }

        value = new IPNetwork(start, bits);
        return null;
    };

    private static IPAddress StartOf(IPAddress address, int bits)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var kept = Math.Clamp(bits - (8 * i), 0, 8);
            bytes[i] &= (byte)(0xff << (8 - kept));
        }

        return new IPAddress(bytes);
    }
}
