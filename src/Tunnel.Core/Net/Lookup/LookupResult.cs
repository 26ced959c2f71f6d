using System.Net;

namespace Tunnel.Net;

/// <summary>The result of a lookup: addresses, or why there are none.</summary>
/// <param name="Addresses">
/// At least one, each once, in the order of the resolver; empty with <paramref name="Fault"/>.
/// </param>
/// <param name="Fault">Why there are none.</param>
internal sealed record LookupResult(IReadOnlyList<IPAddress> Addresses, Trouble? Fault)
{
    public static LookupResult Of(IEnumerable<IPAddress> addresses)
    {
        // ::ffff:192.0.2.1 is an IPv4 address written as IPv6, and sockets that speak only IPv6 do not accept it.
        var plain = addresses.Select(address => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).Distinct();
        return plain.ToArray() is { Length: > 0 } some ? new(some, null) : Failed(ResolverErrors.NoAddress);
    }

    public static LookupResult Failed(Trouble fault) => new([], fault);
}
