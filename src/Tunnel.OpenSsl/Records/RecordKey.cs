using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Tunnel.OpenSsl;

/// <summary>
/// Protects the records of one direction (RFC 8446 section 5.2): the traffic secret, the key and nonces derived from
/// it, and the number of the next record. The cipher is libcrypto's. One thread at a time.
/// </summary>
internal sealed unsafe class RecordKey : IDisposable
{
    public const int HeaderBytes = 5;
    public const int TagBytes = 16;

    /// <summary>What stands as the version in every record of TLS 1.3 (RFC 8446 section 5.2).</summary>
    public const ushort LegacyVersion = 0x0303;

    /// <summary>The most plaintext of a record.</summary>
    public const int MostPlain = 1 << 14;

    private const int NonceBytes = 12;

    // Up to this size copying is cheaper than a second call into libcrypto for the byte after the content.
    private const int CopiedBytes = 1024;

    // EVP_CTRL_AEAD_GET_TAG and EVP_CTRL_AEAD_SET_TAG of evp.h.
    private const int CtrlGetTag = 0x10;
    private const int CtrlSetTag = 0x11;

    private readonly AeadSuite _suite;
    private readonly bool _seals;
    private readonly byte[] _secret;
    private readonly byte[] _iv = new byte[NonceBytes];
    private nint _context;

    /// <param name="secret">Taken over, and wiped at the end.</param>
    /// <param name="sequence">The number of the next record, when libssl has already handled some.</param>
    public RecordKey(AeadSuite suite, byte[] secret, bool seals, ulong sequence = 0)
    {
        (_suite, _secret, _seals) = (suite, secret, seals);
        _context = LibCrypto.EVP_CIPHER_CTX_new();
        Check(_context != 0, "EVP_CIPHER_CTX_new");
        Use();
        Sequence = sequence;
    }

    /// <summary>Records under the current key so far.</summary>
    public ulong Sequence { get; private set; }

    /// <summary>The key after a KeyUpdate (RFC 8446 section 7.2).</summary>
    public void Advance()
    {
        Span<byte> next = stackalloc byte[_secret.Length];
        ExpandLabel("traffic upd"u8, next);
        next.CopyTo(_secret);
        CryptographicOperations.ZeroMemory(next);
        Use();
        Sequence = 0;
    }

    /// <summary>Makes one record.</summary>
    /// <param name="content">At most <see cref="MostPlain"/> bytes.</param>
    /// <param name="type">Of the content; it is encrypted too.</param>
    /// <returns>Its length: the content and 22 bytes more.</returns>
    public int Seal(ReadOnlySpan<byte> content, byte type, Span<byte> record)
    {
        var length = content.Length + 1 + TagBytes;
        record[0] = ContentTypes.ApplicationData;
        BinaryPrimitives.WriteUInt16BigEndian(record[1..], LegacyVersion);
        BinaryPrimitives.WriteUInt16BigEndian(record[3..], (ushort)length);
        fixed (byte* start = record[..(HeaderBytes + length)])
        fixed (byte* plain = content)
        {
            Begin(start);
            var body = start + HeaderBytes;
            // The type follows the content, which is the caller's memory.
            var direct = content.Length > CopiedBytes ? content.Length & ~63 : 0;
            Update(body, plain, direct);
            content[direct..].CopyTo(new Span<byte>(body + direct, content.Length - direct));
            body[content.Length] = type;
            Update(body + direct, body + direct, content.Length + 1 - direct);
            int rest;
            Check(LibCrypto.EVP_CipherFinal_ex(_context, body + content.Length + 1, &rest) == 1, "EVP_CipherFinal_ex");
            Check(
                LibCrypto.EVP_CIPHER_CTX_ctrl(_context, CtrlGetTag, TagBytes, body + content.Length + 1) == 1,
                "EVP_CTRL_AEAD_GET_TAG"
            );
        }

        Sequence++;
        return HeaderBytes + length;
    }

    /// <summary>Opens one whole record.</summary>
    /// <param name="plain">Room for its content, type and padding.</param>
    /// <returns>False if the record is not what the peer sealed; <paramref name="plain"/> is then worthless.</returns>
    public bool TryOpen(ReadOnlySpan<byte> record, Span<byte> plain)
    {
        var length = record.Length - HeaderBytes - TagBytes;
        fixed (byte* start = record)
        fixed (byte* into = plain[..length])
        {
            Begin(start);
            var body = start + HeaderBytes;
            Check(
                LibCrypto.EVP_CIPHER_CTX_ctrl(_context, CtrlSetTag, TagBytes, body + length) == 1,
                "EVP_CTRL_AEAD_SET_TAG"
            );
            Update(into, body, length);
            int rest;
            if (LibCrypto.EVP_CipherFinal_ex(_context, into + length, &rest) != 1)
            {
                LibCrypto.ERR_clear_error();
                return false;
            }
        }

        Sequence++;
        return true;
    }

    public void Dispose()
    {
        LibCrypto.EVP_CIPHER_CTX_free(_context);
        _context = 0;
        CryptographicOperations.ZeroMemory(_secret);
        CryptographicOperations.ZeroMemory(_iv);
    }

    /// <summary>Sets the nonce (RFC 8446 section 5.3), and the header as additional data.</summary>
    private void Begin(byte* header)
    {
        // After Dispose libcrypto would follow a null pointer.
        ObjectDisposedException.ThrowIf(_context == 0, this);
        var nonce = stackalloc byte[NonceBytes];
        _iv.CopyTo(new Span<byte>(nonce, NonceBytes));
        var number = new Span<byte>(nonce + NonceBytes - sizeof(ulong), sizeof(ulong));
        BinaryPrimitives.WriteUInt64BigEndian(number, BinaryPrimitives.ReadUInt64BigEndian(number) ^ Sequence);
        Check(LibCrypto.EVP_CipherInit_ex2(_context, 0, null, nonce, _seals ? 1 : 0, null) == 1, "EVP_CipherInit_ex2");
        Update(null, header, HeaderBytes);
    }

    private void Update(byte* into, byte* from, int length)
    {
        int done;
        Check(length == 0 || LibCrypto.EVP_CipherUpdate(_context, into, &done, from, length) == 1, "EVP_CipherUpdate");
    }

    /// <summary>Key and IV of the current secret (RFC 8446 section 7.3).</summary>
    private void Use()
    {
        Span<byte> key = stackalloc byte[_suite.KeyBytes];
        ExpandLabel("key"u8, key);
        ExpandLabel("iv"u8, _iv);
        fixed (byte* bytes = key)
        {
            Check(
                LibCrypto.EVP_CipherInit_ex2(_context, _suite.Cipher, bytes, null, _seals ? 1 : 0, null) == 1,
                "EVP_CipherInit_ex2"
            );
        }

        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>HKDF-Expand-Label without a context (RFC 8446 section 7.1).</summary>
    private void ExpandLabel(ReadOnlySpan<byte> label, Span<byte> output)
    {
        var prefix = "tls13 "u8;
        Span<byte> info = stackalloc byte[2 + 1 + prefix.Length + label.Length + 1];
        BinaryPrimitives.WriteUInt16BigEndian(info, (ushort)output.Length);
        info[2] = (byte)(prefix.Length + label.Length);
        prefix.CopyTo(info[3..]);
        label.CopyTo(info[(3 + prefix.Length)..]);
        info[^1] = 0;
        HKDF.Expand(_suite.Hash, _secret, output, info);
    }

    private static void Check(bool succeeded, string call)
    {
        if (!succeeded)
        {
            throw new OpenSslException(call);
        }
    }
}
