using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Tunnel.Tls;

namespace Tunnel.OpenSsl;

/// <summary>
/// The servers at which a session may be resumed: those with the same session-id context. It covers everything that a
/// full handshake checks here and a resumed one does not, so a ticket never allows what a full handshake would not.
/// </summary>
internal static class SessionIdContext
{
    /// <summary>The most that libssl accepts (SSL_MAX_SID_CTX_LENGTH of ssl.h).</summary>
    public const int Length = SHA256.HashSizeInBytes;

    /// <param name="crlDigest">Digest of the CRL file as it was read; null: revocation is not checked.</param>
    public static byte[] Of(TlsProfile profile, byte[]? crlDigest)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // The number changes with the rules about chains, and with what a session stores about them.
        Add(hash, ["x-tunnel/1 session-id context 2"]);
        // Who we are, because a client that resumes sees no certificate. Not which certificate, so that it can be
        // renewed.
        Add(hash, Sorted(profile.Own is { } own ? NamesOf(own) : []));
        // Whom we trust, and the state of revocation: a ticket holds the client's leaf, but not the chain above it.
        var anchors = profile.Policy.Anchors?.Certificates ?? [];
        Add(hash, Sorted(anchors.Select(anchor => anchor.GetCertHashString(HashAlgorithmName.SHA256))));
        Add(hash, [crlDigest is null ? "" : Convert.ToHexString(crlDigest)]);
        // In TLS 1.2 a resumed session keeps its cipher, and its original key exchange.
        Add(hash, [profile.Ciphers ?? "", profile.Groups ?? ""]);
        return hash.GetHashAndReset();
    }

    private static IEnumerable<string> NamesOf(OwnCertificate own) =>
        [own.Leaf.Subject, .. SubjectAltNames.Of(own.Leaf).Entries.Select(name => $"{name.Kind}:{name.Value}")];

    private static IReadOnlyList<string> Sorted(IEnumerable<string> texts) =>
        [.. texts.Distinct().Order(StringComparer.Ordinal)];

    /// <summary>With counts and lengths, so that two different lists never give the same bytes.</summary>
    private static void Add(IncrementalHash hash, IReadOnlyList<string> texts)
    {
        AddNumber(hash, texts.Count);
        foreach (var text in texts)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            AddNumber(hash, bytes.Length);
            hash.AppendData(bytes);
        }
    }

    private static void AddNumber(IncrementalHash hash, int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
