using System.Buffers.Binary;

namespace Tunnel.Tls.SslStreamBackend;

/// <summary>
/// SslStream does not say whether a session was resumed, but the server's first flight does, in the clear: in TLS 1.3
/// the ServerHello accepts a pre-shared key (RFC 8446 section 4.2.11); in TLS 1.2 no Certificate follows it (RFC 5246
/// section 7.3, RFC 5077 section 3.1).
/// </summary>
internal sealed class ResumptionSniffer
{
    // A ServerHello and what decides after it are shorter than this: the largest has a post-quantum key share, of 1,665
    // bytes with SecP384r1MLKEM1024. The rest of a longer flight is not kept.
    private const int Kept = 2048;

    private const byte HandshakeRecord = 22;
    private const byte ChangeCipherSpecRecord = 20;
    private const byte ServerHello = 2;
    private const byte Certificate = 11;
    private const int PreSharedKey = 41;
    private const int SupportedVersions = 43;

    // SHA-256 of "HelloRetryRequest", the random that marks one (RFC 8446 section 4.1.3).
    private static ReadOnlySpan<byte> HelloRetryRandom =>
        [
            0xCF,
            0x21,
            0xAD,
            0x74,
            0xE5,
            0x9A,
            0x61,
            0x11,
            0xBE,
            0x1D,
            0x8C,
            0x02,
            0x1E,
            0x65,
            0xB8,
            0x91,
            0xC2,
            0xA2,
            0x11,
            0x16,
            0x7A,
            0xBB,
            0x8C,
            0x5E,
            0x07,
            0x9E,
            0x09,
            0xE2,
            0xC8,
            0xA8,
            0x33,
            0x9C,
        ];

    private readonly byte[] _flight = new byte[Kept];
    private int _length;

    /// <summary>Bytes from the server, in order.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        var taken = Math.Min(bytes.Length, Kept - _length);
        bytes[..taken].CopyTo(_flight.AsSpan(_length));
        _length += taken;
    }

    /// <summary>False also when the flight was not understood.</summary>
    public bool Resumed()
    {
        var tls12Hello = false;
        for (ReadOnlySpan<byte> rest = _flight.AsSpan(0, _length); rest.Length >= 5; )
        {
            var length = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(rest[3..]), rest.Length - 5);
            var body = rest.Slice(5, length);
            if (rest[0] == ChangeCipherSpecRecord && tls12Hello)
            {
                return true;
            }

            rest = rest[(5 + length)..];
            while (body.Length >= 4)
            {
                var type = body[0];
                var size = Math.Min((body[1] << 16) | BinaryPrimitives.ReadUInt16BigEndian(body[2..]), body.Length - 4);
                var message = body.Slice(4, size);
                body = body[(4 + size)..];
                if (tls12Hello)
                {
                    return type != Certificate;
                }

                if (type != ServerHello || message.Length < 38 || message.Slice(2, 32).SequenceEqual(HelloRetryRandom))
                {
                    continue;
                }

                if (HasExtension(message, SupportedVersions))
                {
                    return HasExtension(message, PreSharedKey);
                }

                tls12Hello = true;
            }
        }

        return false;
    }

    private static bool HasExtension(ReadOnlySpan<byte> serverHello, int wanted)
    {
        // legacy_version 2, random 32, session id 1 + n, cipher suite 2, compression 1, extensions' length 2.
        var at = 34;
        at += 1 + serverHello[at] + 3 + 2;
        while (at + 4 <= serverHello.Length)
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(serverHello[at..]) == wanted)
            {
                return true;
            }

            at += 4 + BinaryPrimitives.ReadUInt16BigEndian(serverHello[(at + 2)..]);
        }

        return false;
    }
}
