using System.Net;

namespace Tunnel.Config;

/// <summary>
/// Finds a tunnel that would connect to its own listener, where each connection opens the next until no file or port is
/// left.
/// </summary>
internal static class SelfLoop
{
    /// <summary>Adds a fault if the far side is one of the listeners itself.</summary>
    public static void Reject(SectionReader farSection, IEnumerable<Address> listeners, Address far, string listenerKey)
    {
        if (listeners.Any(listener => LeadsBack(listener, far)))
        {
            farSection.Fault(
                far is UnixAddress ? "unix" : "port",
                $"makes this {YamlText.Quote(far.ToString())}, which is {listenerKey} itself",
                "the tunnel would connect to itself in an endless loop: write the address of the other side"
            );
        }
    }

    /// <summary>True when connections to the far side certainly arrive at the listener.</summary>
    public static bool LeadsBack(Address listener, Address far) =>
        (listener, far) switch
        {
            // A host with a fault of its own is a stand-in.
            (HostPort { Host: not null } own, HostPort { Host: not null } other) => LeadsBack(own, other),
            _ => listener.IsSameListener(far),
        };

    private static bool LeadsBack(HostPort listener, HostPort far)
    {
        if (listener.Port == 0 || listener.Port != far.Port)
        {
            return false;
        }

        if (listener.Host.Equals(far.Host, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        var listensOn = IPAddress.TryParse(listener.Host, out var own) ? own : null;
        if (!HostRule.IsLoopback(far.Host))
        {
            return false;
        }

        // The name stands for both addresses, so some or all connections lead back.
        return !IPAddress.TryParse(far.Host, out var goesTo) ? listensOn is not null && IsLocal(listensOn)
            : listensOn is null ? HostRule.IsLoopback(listener.Host)
            : listensOn.Equals(goesTo) || TakesAll(listensOn, goesTo);
    }

    private static bool IsLocal(IPAddress address) =>
        IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static bool TakesAll(IPAddress listener, IPAddress far) =>
        listener.Equals(IPAddress.IPv6Any)
        || (listener.Equals(IPAddress.Any) && far.AddressFamily == listener.AddressFamily);
}
