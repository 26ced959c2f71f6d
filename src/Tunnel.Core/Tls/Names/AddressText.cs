using System.Net;
using System.Net.Sockets;

namespace Tunnel.Tls;

/// <summary>IP addresses in names.</summary>
internal static class AddressText
{
    /// <summary>
    /// An address when <paramref name="host"/> is written as one, brackets allowed; its scope is dropped. IPv4 must be
    /// four decimal numbers: a client named "10" is not 0.0.0.10.
    /// </summary>
    public static IPAddress? Read(string host)
    {
        if (!IPAddress.TryParse(host, out var address))
        {
            return null;
        }

        var isShortIPv4 = address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != host;
        return isShortIPv4 ? null : new IPAddress(address.GetAddressBytes());
    }
}
