using System.Net;

namespace Tunnel.Net;

/// <summary>The order in which the addresses of one name are tried.</summary>
internal static class AddressOrder
{
    /// <summary>
    /// Puts the addresses of each family in random order and alternates the families (RFC 8305 section 4), beginning
    /// with that of the first address, which the resolver prefers. An RRset has no order (RFC 2181 section 5), but a
    /// resolver's rules (RFC 6724 section 6, rule 9) send a client to the same one of many equal servers each time.
    /// </summary>
    /// <returns>The same array.</returns>
    public static IPAddress[] Spread(IPAddress[] addresses, Random random)
    {
        if (addresses.Length < 2)
        {
            return addresses;
        }

        var preferred = addresses[0].AddressFamily;
        random.Shuffle(addresses);
        for (var at = 0; at < addresses.Length; at++)
        {
            var wantsPreferred = at % 2 == 0;
            var next = Array.FindIndex(addresses, at, address => address.AddressFamily == preferred == wantsPreferred);
            if (next < 0)
            {
                // Only one family is left.
                break;
            }

            (addresses[at], addresses[next]) = (addresses[next], addresses[at]);
        }

        return addresses;
    }
}
