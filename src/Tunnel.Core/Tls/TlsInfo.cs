using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls;

/// <summary>The result of a handshake.</summary>
/// <param name="Version">As OpenSSL writes it, <c>TLSv1.3</c>.</param>
/// <param name="Cipher">As IANA registers it, <c>TLS_AES_256_GCM_SHA384</c>.</param>
/// <param name="Resumed">True when a session ticket or id spared the certificates (RFC 8446 section 2.2).</param>
/// <param name="Backend">The library that did it, with its version.</param>
/// <param name="ApplicationProtocol">The one that both ends agreed on (RFC 7301); null: none.</param>
/// <param name="Peer">What the peer presented.</param>
public sealed record TlsInfo(
    string Version,
    string Cipher,
    bool Resumed,
    string Backend,
    string? ApplicationProtocol,
    X509Certificate2? Peer
)
{
    /// <summary>
    /// The group of the key exchange as IANA registers it, <c>X25519MLKEM768</c>; null: none, or the backend cannot
    /// say.
    /// </summary>
    public string? Group { get; init; }

    /// <summary>
    /// The chain by which the peer was accepted; null when there is no certificate, when it was refused, and when its
    /// session was resumed and nobody here has seen its chain.
    /// </summary>
    public JudgedChain? Chain { get; init; }

    /// <summary>The address by which it was judged, as far as it was by IP.</summary>
    public IPAddress? From { get; init; }

    /// <summary>What the rules about access said when it was let in.</summary>
    public AccessVerdict Access { get; init; }

    /// <summary>When the first of the peer's certificates expires, as far as they are known.</summary>
    public DateTimeOffset? ExpiresAt => Chain?.EndsAt ?? (Peer is { } leaf ? Validity.EndOf(leaf) : null);
}
