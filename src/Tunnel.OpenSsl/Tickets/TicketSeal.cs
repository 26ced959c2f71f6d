using System.Security.Cryptography;

namespace Tunnel.OpenSsl;

/// <summary>
/// Gives libssl the keys for one ticket (SSL_CTX_set_tlsext_ticket_key_evp_cb(3)); libssl does the sealing.
/// </summary>
internal static unsafe class TicketSeal
{
    private const int Failed = -1;
    private const int Unknown = 0;
    private const int Ready = 1;
    private const int ReadyButRenew = 2;

    // evp.h: EVP_MAX_IV_LENGTH
    private const int IvLength = 16;

    // ssl.h: TLS1_3_VERSION
    private const int Tls13Version = 0x0304;

    // core.h
    private const uint Utf8String = 4;
    private const uint OctetString = 5;

    // Fetched once, because a fetch searches all providers. Never freed.
    private static readonly nint _aes = LibCrypto.EVP_CIPHER_fetch(0, "AES-256-CBC", 0);

    /// <summary>For a new ticket.</summary>
    public static int Seal(TicketKeyRing ring, byte* name, byte* iv, nint cipher, nint mac)
    {
        var key = ring.Sealing;
        key.Name.CopyTo(new Span<byte>(name, TicketKey.NameLength));
        RandomNumberGenerator.Fill(new Span<byte>(iv, IvLength));
        var isReady = Use(key, iv, cipher, mac, encrypts: true);
        // Its finalizer wipes the key.
        GC.KeepAlive(ring);
        return isReady ? Ready : Failed;
    }

    /// <summary>For a ticket that has arrived. If it is not ours the handshake is a full one.</summary>
    public static int Open(nint ssl, TicketKeyRing ring, byte* name, byte* iv, nint cipher, nint mac)
    {
        if (
            ring.Find(new ReadOnlySpan<byte>(name, TicketKey.NameLength)) is not { } key
            || !Use(key, iv, cipher, mac, encrypts: false)
        )
        {
            GC.KeepAlive(ring);
            return Unknown;
        }

        // Unless asked, libssl gives no new ticket; in TLS 1.3 a ticket is for one use (RFC 8446 appendix C.4).
        return key == ring.Sealing && LibSsl.SSL_version(ssl) != Tls13Version ? Ready : ReadyButRenew;
    }

    private static bool Use(TicketKey key, byte* iv, nint cipher, nint mac, bool encrypts)
    {
        fixed (byte* cipherKey = key.Cipher)
        fixed (byte* macKey = key.Mac)
        fixed (byte* keyName = "key\0"u8)
        fixed (byte* digestName = "digest\0"u8)
        fixed (byte* digest = "SHA256\0"u8)
        {
            var parameters = stackalloc OsslParam[3];
            parameters[0] = new OsslParam(keyName, OctetString, macKey, (nuint)key.Mac.Length);
            parameters[1] = new OsslParam(digestName, Utf8String, digest, 6);
            parameters[2] = default;
            return LibCrypto.EVP_CipherInit_ex2(cipher, _aes, cipherKey, iv, encrypts ? 1 : 0, null) == 1
                && LibCrypto.EVP_MAC_CTX_set_params(mac, parameters) == 1;
        }
    }
}
