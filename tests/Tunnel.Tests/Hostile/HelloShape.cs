using System.Buffers.Binary;
using System.Text;

namespace Tunnel.Tests.Hostile;

/// <summary>
/// A ClientHello of the test's own making (RFC 8446 section 4.1.2): as it is, a server answers it with its flight.
/// </summary>
internal sealed record HelloShape(Random Random)
{
    private static readonly ushort[] _goodCiphers = [0x1301, 0x1302, 0x1303, 0xc02b, 0xc02c, 0xc02f, 0xc030];

    public ushort RecordVersion { get; init; } = 0x0301;

    public ushort Version { get; init; } = 0x0303;

    public int SessionIdBytes { get; init; } = 32;

    public ushort[] Ciphers { get; init; } = _goodCiphers;

    public byte[] Compressions { get; init; } = [0];

    /// <summary>Of the extension supported_versions; null: none.</summary>
    public ushort[]? Supported { get; init; } = [0x0304, 0x0303];

    public ushort[] Groups { get; init; } = [0x001d, 0x0017];

    public ushort[] Signatures { get; init; } = [0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401];

    public string? ServerName { get; init; } = "localhost";

    /// <summary>Body of the extension ALPN; null: none.</summary>
    public byte[]? Protocols { get; init; }

    /// <summary>Group and key of each share; null: a good one.</summary>
    public (ushort Group, byte[] Key)[]? Shares { get; init; }

    /// <summary>More extensions.</summary>
    public (ushort Type, byte[] Body)[] More { get; init; } = [];

    /// <summary>Behind the extensions.</summary>
    public byte[] Tail { get; init; } = [];

    public byte[] Message()
    {
        byte[] extensions =
        [
            .. ServerName is { } name ? Extension(0, Vector([0, .. Vector(Encoding.ASCII.GetBytes(name))])) : [],
            .. Extension(10, Vector(Numbers(Groups))),
            .. Extension(11, [1, 0]),
            .. Extension(13, Vector(Numbers(Signatures))),
            .. Protocols is { } protocols ? Extension(16, protocols) : [],
            .. Extension(23, []),
            .. Supported is { } versions ? Extension(43, [(byte)(2 * versions.Length), .. Numbers(versions)]) : [],
            .. Supported is null ? [] : Extension(51, Vector(KeyShares())),
            .. More.SelectMany(extension => Extension(extension.Type, extension.Body)),
        ];
        return Forgery.Message(
            1,
            [
                .. Numbers(Version),
                .. Forgery.Noise(Random, 32),
                (byte)SessionIdBytes,
                .. Forgery.Noise(Random, SessionIdBytes),
                .. Vector(Numbers(Ciphers)),
                (byte)Compressions.Length,
                .. Compressions,
                .. Vector(extensions),
                .. Tail,
            ]
        );
    }

    /// <summary>In as few records as possible.</summary>
    public byte[] Bytes() => InRecords(1 << 14);

    /// <summary>In records of at most so many bytes.</summary>
    public byte[] InRecords(int most) =>
        [.. Message().Chunk(most).SelectMany(piece => Forgery.Record(Forgery.Handshake, piece, RecordVersion))];

    /// <summary>With a length in front of it.</summary>
    public static byte[] Vector(byte[] bytes) => [(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];

    private byte[] KeyShares() =>
        [
            .. (Shares ?? [((ushort)0x001d, Forgery.Noise(Random, 32))]).SelectMany(share =>
                (byte[])[.. Numbers(share.Group), .. Vector(share.Key)]
            ),
        ];

    private static byte[] Extension(ushort type, byte[] body) => [.. Numbers(type), .. Vector(body)];

    private static byte[] Numbers(params ushort[] numbers)
    {
        var bytes = new byte[2 * numbers.Length];
        foreach (var (i, number) in numbers.Index())
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2 * i), number);
        }

        return bytes;
    }
}
