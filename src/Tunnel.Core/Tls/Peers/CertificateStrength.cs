using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls;

/// <summary>
/// The one rule of strength, for our own certificates, for CAs and for peers, whatever the backend: 112 bits of
/// security, which is what OpenSSL calls level 2. RSA and DSA keys have 2048 bits or more, elliptic curves 224 or more,
/// and what is trusted because of a signature is not signed with MD5, SHA-1 or an equally short hash. Keys of other
/// kinds (Ed25519, Ed448, ML-DSA) are all strong enough.
/// </summary>
/// <remarks>
/// Nothing is verified and no key object is made: the numbers are read from the encoding (RFC 3279, 5480, 4055).
/// </remarks>
internal static class CertificateStrength
{
    private const int LeastModulusBits = 2048;
    private const int LeastCurveBits = 224;

    private const string Rsa = "1.2.840.113549.1.1.1";
    private const string RsaPss = "1.2.840.113549.1.1.10";
    private const string Dsa = "1.2.840.10040.4.1";
    private const string EllipticCurve = "1.2.840.10045.2.1";

    /// <summary>What to do about a certificate with a fault, for its owner.</summary>
    public const string Remedy =
        "issue it again with an ECDSA P-256 or RSA 2048 key, or a longer one, and sign it with SHA-256";

    /// <summary>
    /// Why a certificate is too weak, as a predicate such as "has an RSA key of 1024 bits …"; null when it is strong
    /// enough.
    /// </summary>
    /// <param name="signatureCounts">False for a trust anchor, which is not trusted because of its signature.</param>
    public static string? FaultOf(X509Certificate2 certificate, bool signatureCounts)
    {
        try
        {
            return KeyFault(certificate.PublicKey)
                ?? (
                    signatureCounts && WeakHash(certificate) is { } hash
                        ? $"is signed with {hash}, which can be forged (SHA-256 is needed)"
                        : null
                );
        }
        catch (AsnContentException)
        {
            return "has a key or a signature algorithm that cannot be read";
        }
    }

    private static string? KeyFault(PublicKey key)
    {
        var (kind, bits, least) = key.Oid.Value switch
        {
            Rsa or RsaPss => ("an RSA key", FirstIntegerBits(key.EncodedKeyValue.RawData), LeastModulusBits),
            Dsa => ("a DSA key", FirstIntegerBits(key.EncodedParameters?.RawData ?? []), LeastModulusBits),
            EllipticCurve => ("a key on an elliptic curve", CurveBits(key.EncodedKeyValue.RawData), LeastCurveBits),
            _ => ("a key", int.MaxValue, 0),
        };
        return bits < least ? $"has {kind} of {bits} bits, which is too short (at least {least} are needed)" : null;
    }

    /// <summary>An RSA key begins with its modulus, and DSA parameters with the prime.</summary>
    private static int FirstIntegerBits(byte[] sequence)
    {
        var number = new AsnReader(sequence, AsnEncodingRules.BER).ReadSequence().ReadInteger();
        return number.Sign > 0 ? (int)number.GetBitLength() : 0;
    }

    /// <summary>A point is 0x04, X, Y, or compressed 0x02 or 0x03, X (SEC 1 section 2.3.3).</summary>
    private static int CurveBits(byte[] point) =>
        point.Length == 0 ? 0
        : point[0] == 4 ? (point.Length - 1) / 2 * 8
        : (point.Length - 1) * 8;

    private static string? WeakHash(X509Certificate2 certificate)
    {
        var whole = new AsnReader(certificate.RawDataMemory, AsnEncodingRules.BER).ReadSequence();
        _ = whole.ReadEncodedValue();
        var algorithm = whole.ReadSequence();
        var oid = algorithm.ReadObjectIdentifier();
        return oid == RsaPss ? WeakHash(HashOfPss(algorithm)) : WeakHash(oid);
    }

    /// <summary>
    /// RSASSA-PSS-params: the hash is tagged 0, and SHA-1 when it is left out (RFC 4055 section 3.1).
    /// </summary>
    private static string HashOfPss(AsnReader algorithm)
    {
        const string Sha1 = "1.3.14.3.2.26";
        var hash = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        if (!algorithm.HasData || algorithm.PeekTag() == Asn1Tag.Null)
        {
            return Sha1;
        }

        var parameters = algorithm.ReadSequence();
        return parameters.HasData && parameters.PeekTag() == hash
            ? parameters.ReadSequence(hash).ReadSequence().ReadObjectIdentifier()
            : Sha1;
    }

    private static string? WeakHash(string oid) =>
        oid switch
        {
            "1.2.840.113549.1.1.2" or "1.2.840.113549.2.2" => "MD2",
            "1.2.840.113549.1.1.3" or "1.2.840.113549.2.4" => "MD4",
            "1.2.840.113549.1.1.4" or "1.2.840.113549.2.5" or "1.3.14.3.2.3" => "MD5",
            "1.2.840.113549.1.1.5" or "1.3.14.3.2.29" or "1.3.14.3.2.26" => "SHA-1",
            "1.2.840.10045.4.1" or "1.2.840.10040.4.3" or "1.3.14.3.2.27" or "1.3.14.3.2.13" => "SHA-1",
            "1.3.36.3.3.1.2" or "1.3.36.3.2.1" => "RIPEMD-160",
            _ => null,
        };
}
