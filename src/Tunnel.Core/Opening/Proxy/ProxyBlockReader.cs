using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Numerics;

namespace Tunnel.Opening;

/// <summary>
/// Reads a header of version 2 (haproxy's doc/proxy-protocol.txt, section 2.2). What it says besides the addresses is
/// not used: we have no means to check it.
/// </summary>
internal static class ProxyBlockReader
{
    /// <summary>
    /// The longest block. Section 2 says that headers fit into 536 bytes; some senders add the client's certificate.
    /// </summary>
    public const int MostBytes = 4096;

    private const int CommandAt = 12;
    private const int FamilyAt = 13;
    private const int LengthAt = 14;
    private const int ChecksumBytes = 4;

    // AF_UNIX, and the transports STREAM and DGRAM, are the last that are defined.
    private const int LastFamily = 3;
    private const int LastTransport = 2;

    /// <inheritdoc cref="ProxyHeaderReader.Read"/>
    public static ProxyReading Read(ReadOnlySpan<byte> header)
    {
        if (header.Length < ProxyFormat.HeaderBytes)
        {
            return ProxyReading.Wait(ProxyFormat.HeaderBytes - header.Length);
        }

        var length = ProxyFormat.HeaderBytes + BinaryPrimitives.ReadUInt16BigEndian(header[LengthAt..]);
        var command = header[CommandAt];
        if (command is not (ProxyFormat.Local or ProxyFormat.Relayed))
        {
            return Broken($"its version and command are 0x{command:x2}");
        }

        if (length > MostBytes)
        {
            return Broken($"it has {length} bytes; at most {MostBytes} are accepted");
        }

        return header.Length < length ? ProxyReading.Wait(length - header.Length)
            : command == ProxyFormat.Local ? ProxyReading.Done(null)
            : ReadRelayed(header);
    }

    private static ProxyReading ReadRelayed(ReadOnlySpan<byte> header)
    {
        var family = header[FamilyAt];
        var (addressFamily, transport) = (family >> 4, family & 0xf);
        if (addressFamily > LastFamily || transport > LastTransport)
        {
            return Broken($"its family and transport are 0x{family:x2}");
        }

        if (addressFamily == 0 || transport == 0)
        {
            // Nothing says where addresses would end.
            return ProxyReading.Done(null);
        }

        int addressBytes = addressFamily switch
        {
            1 => 4,
            2 => 16,
            _ => 108,
        };
        var portBytes = addressFamily == LastFamily ? 0 : sizeof(ushort);
        var tlvsAt = ProxyFormat.HeaderBytes + (2 * (addressBytes + portBytes));
        return tlvsAt > header.Length ? Broken($"it has {header.Length} bytes, too few for its addresses")
            : FaultOfTlvs(header, tlvsAt) is { } fault ? ProxyReading.Broken(fault)
            : ProxyReading.Done(
                family is ProxyFormat.TcpOverIPv4 or ProxyFormat.TcpOverIPv6
                    ? RouteIn(header[ProxyFormat.HeaderBytes..], addressBytes)
                    : null
            );
    }

    private static ProxyRoute RouteIn(ReadOnlySpan<byte> block, int addressBytes)
    {
        var ports = block[(2 * addressBytes)..];
        return new ProxyRoute(
            new(new IPAddress(block[..addressBytes]), BinaryPrimitives.ReadUInt16BigEndian(ports)),
            new(
                new IPAddress(block.Slice(addressBytes, addressBytes)),
                BinaryPrimitives.ReadUInt16BigEndian(ports[sizeof(ushort)..])
            )
        );
    }

    private static string? FaultOfTlvs(ReadOnlySpan<byte> header, int at)
    {
        while (at < header.Length)
        {
            var valueAt = at + ProxyFormat.TlvHeaderBytes;
            var length =
                valueAt > header.Length ? header.Length : BinaryPrimitives.ReadUInt16BigEndian(header[(at + 1)..]);
            if (length > header.Length - valueAt)
            {
                return "its last TLV is longer than what is left of it";
            }

            if (header[at] == ProxyFormat.Crc32C && !HasChecksum(header, valueAt, length))
            {
                return "its checksum (CRC32c) is wrong";
            }

            at = valueAt + length;
        }

        return null;
    }

    /// <summary>Section 2.2.3: of the whole header, with zeros in place of the checksum.</summary>
    private static bool HasChecksum(ReadOnlySpan<byte> header, int at, int length)
    {
        if (length != ChecksumBytes)
        {
            return false;
        }

        var sum = uint.MaxValue;
        for (var i = 0; i < header.Length; i++)
        {
            sum = BitOperations.Crc32C(sum, i >= at && i < at + ChecksumBytes ? (byte)0 : header[i]);
        }

        return ~sum == BinaryPrimitives.ReadUInt32BigEndian(header[at..]);
    }

    private static ProxyReading Broken(FormattableString words) =>
        ProxyReading.Broken(words.ToString(CultureInfo.InvariantCulture));
}
