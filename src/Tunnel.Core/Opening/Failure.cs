using System.Net;
using System.Net.Sockets;
using Tunnel.Net;
using Tunnel.Relay;

namespace Tunnel.Opening;

/// <summary>A failure as it may be repeated: whose, and why.</summary>
/// <param name="Source">
/// Who counts as one: an IPv4 address, the /64 network that an IPv6 customer is given, a user of this machine, or a
/// server or target that we try to reach.
/// </param>
/// <param name="Detail">For people; null: there is no more to say.</param>
internal readonly record struct Failure(string Source, CloseReason Reason, string? Detail)
{
    private const int NetworkBytes = 8;

    /// <summary>One of the peer that connected to us.</summary>
    public static Failure Of(EndPoint peer, SessionEnd end) => new(SourceOf(peer), end.Reason, end.Detail);

    internal static string SourceOf(EndPoint peer) =>
        peer switch
        {
            IPEndPoint { Address: { IsIPv4MappedToIPv6: true } address } => address.MapToIPv4().ToString(),
            IPEndPoint { Address: { AddressFamily: AddressFamily.InterNetworkV6 } address } => NetworkOf(address),
            IPEndPoint { Address: var address } => address.ToString(),
            UnixEndPoint { Process.UserId: var user } => $"user {user}",
            _ => $"{peer}",
        };

    private static string NetworkOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = address.TryWriteBytes(bytes, out _);
        bytes[NetworkBytes..].Clear();
        return $"{new IPAddress(bytes)}/64";
    }
}
