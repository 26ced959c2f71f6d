using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tunnel.Opening;

/// <summary>
/// Writes headers of the PROXY protocol, versions 1 and 2 (haproxy's doc/proxy-protocol.txt, sections 2.1 and 2.2). A
/// header says who connected to which address, as whoever accepted the connection saw it.
/// </summary>
internal static class ProxyHeader
{
    /// <summary>Version 1: a line of text, at most 107 bytes.</summary>
    /// <param name="from">Null, or anything but TCP over IP: unknown.</param>
    /// <param name="to">Likewise.</param>
    public static byte[] Line(EndPoint? from, EndPoint? to)
    {
        if (InOneFamily(from, to) is not var (source, destination))
        {
            return [.. "PROXY UNKNOWN\r\n"u8];
        }

        var family = source.AddressFamily == AddressFamily.InterNetwork ? "TCP4" : "TCP6";
        var addresses = $"{Text(source.Address)} {Text(destination.Address)}";
        var ports = string.Create(CultureInfo.InvariantCulture, $"{source.Port} {destination.Port}");
        return Encoding.ASCII.GetBytes($"PROXY {family} {addresses} {ports}\r\n");
    }

    /// <summary>Version 2, in binary.</summary>
    /// <param name="from">As for <see cref="Line"/>.</param>
    /// <param name="to">Likewise.</param>
    /// <param name="tlvs">What else there is to say; with it the header has fewer than 65,536 bytes.</param>
    public static byte[] Binary(EndPoint? from, EndPoint? to, ReadOnlySpan<byte> tlvs)
    {
        var family = ProxyFormat.Unspecified;
        byte[] addresses = [];
        if (InOneFamily(from, to) is var (source, destination))
        {
            family =
                source.AddressFamily == AddressFamily.InterNetwork ? ProxyFormat.TcpOverIPv4 : ProxyFormat.TcpOverIPv6;
            addresses =
            [
                .. source.Address.GetAddressBytes(),
                .. destination.Address.GetAddressBytes(),
                .. InNetworkOrder(source.Port),
                .. InNetworkOrder(destination.Port),
            ];
        }

        return
        [
            .. ProxyFormat.Signature,
            ProxyFormat.Relayed,
            family,
            .. InNetworkOrder(addresses.Length + tlvs.Length),
            .. addresses,
            .. tlvs,
        ];
    }

    /// <summary>A header has one family for both addresses: IPv6, if only one of them can be written as IPv4.</summary>
    private static (IPEndPoint From, IPEndPoint To)? InOneFamily(EndPoint? from, EndPoint? to)
    {
        if (from is not IPEndPoint source || to is not IPEndPoint destination)
        {
            return null;
        }

        return IsIPv4(source) && IsIPv4(destination)
            ? (new(source.Address.MapToIPv4(), source.Port), new(destination.Address.MapToIPv4(), destination.Port))
            : (new(source.Address.MapToIPv6(), source.Port), new(destination.Address.MapToIPv6(), destination.Port));
    }

    private static bool IsIPv4(IPEndPoint endPoint) =>
        endPoint.AddressFamily == AddressFamily.InterNetwork || endPoint.Address.IsIPv4MappedToIPv6;

    /// <summary>IPv6 as eight groups: the system's text may have dots or a scope, which the header must not.</summary>
    private static string Text(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork
            ? address.ToString()
            : string.Join(
                ':',
                address
                    .GetAddressBytes()
                    .Chunk(2)
                    .Select(group =>
                        BinaryPrimitives.ReadUInt16BigEndian(group).ToString("x", CultureInfo.InvariantCulture)
                    )
            );

    private static byte[] InNetworkOrder(int number) => [(byte)(number >> 8), (byte)number];
}
