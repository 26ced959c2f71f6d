using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Tunnel.OpenSsl;

namespace Tunnel.Fuzz.Targets;

/// <summary>
/// The protection of one direction's records (RFC 8446 sections 5.2, 5.3, 7.2 and 7.3), by .NET's own ciphers.
/// </summary>
internal sealed class ModelCipher
{
    private const int HeaderBytes = 5;
    private const int TagBytes = 16;

    private readonly AeadSuite _suite;
    private readonly bool _isChaCha;
    private byte[] _secret;
    private byte[] _key;
    private byte[] _iv;
    private ulong _sequence;

    public ModelCipher(AeadSuite suite, byte[] secret)
    {
        (_suite, _secret) = (suite, secret);
        _isChaCha = suite == AeadSuite.Find("TLS_CHACHA20_POLY1305_SHA256");
        (_key, _iv) = (Expand("key", suite.KeyBytes), Expand("iv", 12));
    }

    public void Advance()
    {
        _secret = Expand("traffic upd", _secret.Length);
        (_key, _iv, _sequence) = (Expand("key", _suite.KeyBytes), Expand("iv", 12), 0);
    }

    /// <param name="inner">Content, type and padding.</param>
    public byte[] Seal(ReadOnlySpan<byte> inner, byte type = 23, int version = 0x0303)
    {
        var record = new byte[HeaderBytes + inner.Length + TagBytes];
        record[0] = type;
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(1), (ushort)version);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(3), (ushort)(inner.Length + TagBytes));
        var body = record.AsSpan(HeaderBytes..^TagBytes);
        var tag = record.AsSpan()[^TagBytes..];
        var header = record.AsSpan(..HeaderBytes);
        if (_isChaCha)
        {
            using var cipher = new ChaCha20Poly1305(_key);
            cipher.Encrypt(Nonce(), inner, body, tag, header);
        }
        else
        {
            using var cipher = new AesGcm(_key, TagBytes);
            cipher.Encrypt(Nonce(), inner, body, tag, header);
        }

        _sequence++;
        return record;
    }

    /// <returns>Content, type and padding; null when the record was not sealed so.</returns>
    public byte[]? Open(ReadOnlySpan<byte> record)
    {
        var inner = new byte[record.Length - HeaderBytes - TagBytes];
        try
        {
            if (_isChaCha)
            {
                using var cipher = new ChaCha20Poly1305(_key);
                cipher.Decrypt(
                    Nonce(),
                    record[HeaderBytes..^TagBytes],
                    record[^TagBytes..],
                    inner,
                    record[..HeaderBytes]
                );
            }
            else
            {
                using var cipher = new AesGcm(_key, TagBytes);
                cipher.Decrypt(
                    Nonce(),
                    record[HeaderBytes..^TagBytes],
                    record[^TagBytes..],
                    inner,
                    record[..HeaderBytes]
                );
            }
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        _sequence++;
        return inner;
    }

    private byte[] Nonce()
    {
        byte[] nonce = [.. _iv];
        var end = nonce.AsSpan(4);
        BinaryPrimitives.WriteUInt64BigEndian(end, BinaryPrimitives.ReadUInt64BigEndian(end) ^ _sequence);
        return nonce;
    }

    private byte[] Expand(string label, int length)
    {
        var full = Encoding.ASCII.GetBytes($"tls13 {label}");
        return HKDF.Expand(_suite.Hash, _secret, length, [0, (byte)length, (byte)full.Length, .. full, 0]);
    }
}
