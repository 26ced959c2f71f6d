using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Tunnel.Net;

/// <summary>
/// Asks the system for the addresses of a name, as all programs of the machine do: /etc/hosts, DNS and whatever else
/// nsswitch.conf(5) names. Calls getaddrinfo(3) directly, because the class library reports the same error for a name
/// that does not exist and one that has no address.
/// </summary>
internal static class SystemResolver
{
    private const int SocketTypeStream = 1;
    private const int FamilyV4 = 2;
    private const int FamilyV6 = 10;

    // struct sockaddr_in of ip(7): family and port of 16 bits, address. sockaddr_in6 of ipv6(7): family, port, 32 bits
    // of flow information, address, scope.
    private const int AddressOffsetV4 = 4;
    private const int AddressOffsetV6 = 8;
    private const int ScopeOffsetV6 = 24;

    /// <summary>Takes as long as the system does, up to minutes: call it on a thread that nobody waits for.</summary>
    public static LookupResult Lookup(string name)
    {
        if (!OperatingSystem.IsLinux())
        {
            return LookupByClassLibrary(name);
        }

        var started = Stopwatch.GetTimestamp();
        // One entry for each address instead of one for each kind of socket.
        var error = GetAddressInfo(name, null, new AddressInfo { SocketType = SocketTypeStream }, out var list);
        if (error != 0)
        {
            return LookupResult.Failed(
                ResolverErrors.Of(error, Marshal.GetLastPInvokeError(), Stopwatch.GetElapsedTime(started))
            );
        }

        try
        {
            return LookupResult.Of(Addresses(list));
        }
        finally
        {
            FreeAddressInfo(list);
        }
    }

    private static LookupResult LookupByClassLibrary(string name)
    {
        try
        {
            return LookupResult.Of(Dns.GetHostAddresses(name));
        }
        catch (SocketException e)
        {
            return LookupResult.Failed(ResolverErrors.OfSystem(e.Message));
        }
    }

    private static List<IPAddress> Addresses(nint list)
    {
        var addresses = new List<IPAddress>();
        while (list != 0)
        {
            var entry = Marshal.PtrToStructure<AddressInfo>(list);
            if (entry.Family == FamilyV4)
            {
                addresses.Add(new IPAddress(Bytes(entry.Address + AddressOffsetV4, length: 4)));
            }
            else if (entry.Family == FamilyV6)
            {
                var scope = (uint)Marshal.ReadInt32(entry.Address + ScopeOffsetV6);
                addresses.Add(new IPAddress(Bytes(entry.Address + AddressOffsetV6, length: 16), scope));
            }

            list = entry.Next;
        }

        return addresses;
    }

    private static byte[] Bytes(nint at, int length)
    {
        var bytes = new byte[length];
        Marshal.Copy(at, bytes, 0, length);
        return bytes;
    }

    [DllImport("libc", EntryPoint = "getaddrinfo", SetLastError = true)]
    private static extern int GetAddressInfo(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string? service,
        in AddressInfo hints,
        out nint list
    );

    [DllImport("libc", EntryPoint = "freeaddrinfo")]
    private static extern void FreeAddressInfo(nint list);

    /// <summary>struct addrinfo of netdb.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct AddressInfo
    {
        public int Flags;
        public int Family;
        public int SocketType;
        public int Protocol;
        public uint AddressLength;
        public nint Address;
        public nint CanonicalName;
        public nint Next;
    }
}
