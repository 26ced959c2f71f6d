using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls;

/// <summary>
/// The CAs in the chains of accepted peers, one object each: it holds some 5 KiB of native memory, and all peers have
/// the same few. Thread-safe.
/// </summary>
internal sealed class Authorities(TrustAnchors anchors)
{
    // A CA can issue any number of CAs; more than these belong to their peers alone.
    private const int Most = 256;

    private readonly ConcurrentDictionary<string, X509Certificate2> _others = new();

    /// <summary>Those that are not anchors, and without which a leaf may lead nowhere.</summary>
    public IEnumerable<X509Certificate2> Known => _others.Values;

    /// <summary>The object that all share, of a chain that has been found good.</summary>
    public X509Certificate2 Share(X509Certificate2 authority) =>
        anchors.Find(authority) is { } anchor ? anchor
        : _others.Count < Most ? _others.GetOrAdd(authority.GetCertHashString(HashAlgorithmName.SHA256), authority)
        : authority;
}
