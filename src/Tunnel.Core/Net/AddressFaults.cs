using System.Net;
using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>
/// Why we cannot listen on an address or connect to it, in plain words: one error of the system means different things
/// for a listener and for a connection, and for different kinds of addresses.
/// </summary>
internal static class AddressFaults
{
    private const string UnprivilegedPortsFile = "/proc/sys/net/ipv4/ip_unprivileged_port_start";
    private const string LocalPortsFile = "/proc/sys/net/ipv4/ip_local_port_range";

    /// <summary>
    /// The machine does not have the address to listen on; another address of the same name may work.
    /// </summary>
    public static bool IsMissing(IPAddress address, SocketError error) =>
        error is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported
        || LinkLocalFault(address, error) is not null;

    /// <summary>Why binding or listening failed.</summary>
    public static Trouble OfListening(IPEndPoint at, SocketError error) =>
        error switch
        {
            _ when LinkLocalFault(at.Address, error) is { } trouble => trouble,
            SocketError.AddressNotAvailable => Trouble.Of(
                "the address does not belong to this machine, or its interface is not up yet ('ip address' lists the "
                    + "addresses it has)",
                "write one of these, or 0.0.0.0 for all"
            ),
            SocketError.AddressFamilyNotSupported => NoSuchFamily(at.AddressFamily),
            SocketError.AccessDenied when at.Port < FirstUnprivilegedPort() => Trouble.Of(
                $"permission denied: ports below {FirstUnprivilegedPort()} are for root and for programs with "
                    + "CAP_NET_BIND_SERVICE (systemd: AmbientCapabilities=CAP_NET_BIND_SERVICE)",
                "or choose a higher port"
            ),
            SocketError.AccessDenied => Trouble.Of(
                "permission denied by a security policy of this machine (SELinux, AppArmor or a sandbox)",
                "allow this port there, or choose another"
            ),
            SocketError.AddressAlreadyInUse => Trouble.Of(
                $"the address is already in use: another process listens on it ('ss -ltnp sport = :{at.Port}' says "
                    + "which)",
                "stop that one, or choose another port"
            ),
            _ => SocketErrors.Of(error),
        };

    /// <summary>Why a connection failed. Only for failures, because it may ask the system again.</summary>
    public static Trouble OfConnecting(IPEndPoint to, SocketError error) =>
        error switch
        {
            _ when LinkLocalFault(to.Address, error) is { } trouble => trouble,
            SocketError.AddressNotAvailable when HasSourceFor(to) => Trouble.Of(
                $"every local port towards it is in use or waits after use{LocalPorts()}",
                "fewer or longer-lived connections, a wider net.ipv4.ip_local_port_range or another address of the "
                    + "far side help"
            ),
            SocketError.AddressNotAvailable => Trouble.Of(
                $"this machine has no {FamilyName(to.AddressFamily)} address from which it can be reached",
                "give it one, or an address of the other kind to the far side"
            ),
            SocketError.AddressFamilyNotSupported => NoSuchFamily(to.AddressFamily),
            SocketError.AccessDenied => Trouble.Of(
                "permission denied (a firewall or a security policy of this machine forbids it)",
                "allow it there"
            ),
            SocketError.OperationAborted => Trouble.Of(
                "no answer so far",
                "look whether that machine runs, and whether a firewall drops packets"
            ),
            _ => SocketErrors.Of(error),
        };

    private static Trouble? LinkLocalFault(IPAddress address, SocketError error)
    {
        if (!address.IsIPv6LinkLocal)
        {
            return null;
        }

        return error switch
        {
            SocketError.InvalidArgument when address.ScopeId == 0 => Trouble.Of(
                "a link-local address needs the name of an interface that exists, as in fe80::1%eth0 ('ip link' lists "
                    + "them)",
                "write one behind it"
            ),
            // The runtime has no word for ENODEV.
            SocketError.InvalidArgument or SocketError.SocketError => Trouble.Of(
                $"there is no interface number {address.ScopeId} ('ip link' lists them)",
                "write the name of one of these behind the address"
            ),
            _ => null,
        };
    }

    private static Trouble NoSuchFamily(AddressFamily family) =>
        Trouble.Of(
            $"{FamilyName(family)} is switched off on this machine",
            "switch it on, or write an address of the other kind"
        );

    private static string FamilyName(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? "IPv6" : "IPv4";

    /// <summary>
    /// Whether the machine has an address to connect from: a datagram socket needs an address too, but no TCP port.
    /// </summary>
    private static bool HasSourceFor(IPEndPoint to)
    {
        try
        {
            using var socket = new Socket(to.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(to);
            return true;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode != SocketError.AddressNotAvailable;
        }
    }

    private static string LocalPorts() =>
        ReadFirst(LocalPortsFile) is [var first, var last] ? $" (there are {last - first + 1}, {first} to {last})" : "";

    private static int FirstUnprivilegedPort() => ReadFirst(UnprivilegedPortsFile) is [var first, ..] ? first : 1024;

    private static int[] ReadFirst(string file)
    {
        try
        {
            return
            [
                .. File.ReadAllText(file).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(int.Parse),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            // Not Linux, or /proc is not there.
            return [];
        }
    }
}
