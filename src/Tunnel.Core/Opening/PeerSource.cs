using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Tunnel.Net;

namespace Tunnel.Opening;

/// <summary>
/// Who counts as one sender: an IPv4 address, the /64 network that an IPv6 customer is given, or a user of this
/// machine.
/// </summary>
internal static class PeerSource
{
    // No connection comes from a multicast address (RFC 4291 section 2.7), with which these would be confused.
    private const ulong UnixSources = 0xff00_0000_0000_0000;

    private const int NetworkBytes = 8;

    /// <summary>For counting.</summary>
    public static ulong KeyOf(EndPoint peer) =>
        peer switch
        {
            IPEndPoint { Address: var address } => KeyOf(address),
            UnixEndPoint { Process.UserId: var user } => UnixSources | user,
            _ => UnixSources,
        };

    /// <summary>For the log.</summary>
    public static string TextOf(EndPoint peer) =>
        peer switch
        {
            IPEndPoint { Address: { IsIPv4MappedToIPv6: true } address } => address.MapToIPv4().ToString(),
            IPEndPoint { Address: { AddressFamily: AddressFamily.InterNetworkV6 } address } => NetworkOf(address),
            _ => SenderOf(peer),
        };

    /// <summary>The one of them that it was: an address in full.</summary>
    public static string SenderOf(EndPoint peer) =>
        peer switch
        {
            IPEndPoint { Address: var address } => address.ToString(),
            UnixEndPoint { Process.UserId: var user } => $"user {user}",
            _ => $"{peer}",
        };

    private static ulong KeyOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = address.TryWriteBytes(bytes, out var length);
        return length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : address.IsIPv4MappedToIPv6 ? BinaryPrimitives.ReadUInt32BigEndian(bytes[12..])
            : BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }

    private static string NetworkOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = address.TryWriteBytes(bytes, out _);
        bytes[NetworkBytes..].Clear();
        return $"{new IPAddress(bytes)}/64";
    }
}
