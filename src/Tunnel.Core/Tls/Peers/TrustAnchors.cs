using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls;

/// <summary>The CA certificates that a peer's chain must end in.</summary>
public sealed class TrustAnchors
{
    private readonly HashSet<string> _fingerprints;

    public TrustAnchors(string file, IReadOnlyList<X509Certificate2> certificates)
    {
        File = file;
        Certificates = certificates;
        _fingerprints = [.. certificates.Select(Fingerprint)];
    }

    /// <summary>The file they came from, as configured.</summary>
    public string File { get; }

    /// <summary>In the order of the file, at least one.</summary>
    public IReadOnlyList<X509Certificate2> Certificates { get; }

    /// <summary>Is exactly this certificate, octet for octet, one of the anchors?</summary>
    public bool Contains(X509Certificate2 certificate) => _fingerprints.Contains(Fingerprint(certificate));

    private static string Fingerprint(X509Certificate2 certificate) =>
        certificate.GetCertHashString(HashAlgorithmName.SHA256);
}
