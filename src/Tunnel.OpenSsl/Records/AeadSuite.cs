using System.Security.Cryptography;

namespace Tunnel.OpenSsl;

/// <summary>What a cipher suite of TLS 1.3 stands for (RFC 8446 appendix B.4).</summary>
/// <param name="Cipher">EVP_CIPHER; fetched once, because a fetch searches all providers, and never freed.</param>
/// <param name="Hash">The hash of the key schedule.</param>
internal sealed record AeadSuite(nint Cipher, int KeyBytes, HashAlgorithmName Hash)
{
    private static readonly Dictionary<string, AeadSuite> _suites = new()
    {
        ["TLS_AES_256_GCM_SHA384"] = new(Fetch("AES-256-GCM"), 32, HashAlgorithmName.SHA384),
        ["TLS_AES_128_GCM_SHA256"] = new(Fetch("AES-128-GCM"), 16, HashAlgorithmName.SHA256),
        ["TLS_CHACHA20_POLY1305_SHA256"] = new(Fetch("ChaCha20-Poly1305"), 32, HashAlgorithmName.SHA256),
    };

    /// <returns>Null for a suite of TLS 1.2, for one with CCM, and where OpenSSL does not have the cipher.</returns>
    public static AeadSuite? Find(string name) =>
        _suites.TryGetValue(name, out var suite) && suite.Cipher != 0 ? suite : null;

    private static nint Fetch(string cipher) => LibCrypto.EVP_CIPHER_fetch(0, cipher, 0);
}
