using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls;

/// <summary>The CA certificates that a peer's chain must end in.</summary>
public sealed class TrustAnchors
{
    private readonly Dictionary<string, X509Certificate2> _byFingerprint = [];

    public TrustAnchors(string file, IReadOnlyList<X509Certificate2> certificates)
    {
        File = file;
        Certificates = certificates;
        foreach (var certificate in certificates)
        {
            _byFingerprint[Fingerprint(certificate)] = certificate;
        }
    }

    /// <summary>The file they came from, as configured.</summary>
    public string File { get; }

    /// <summary>In the order of the file, at least one.</summary>
    public IReadOnlyList<X509Certificate2> Certificates { get; }

    /// <summary>Is exactly this certificate, octet for octet, one of the anchors?</summary>
    public bool Contains(X509Certificate2 certificate) => Find(certificate) is not null;

    /// <summary>The anchor that is exactly this certificate; null when none is.</summary>
    public X509Certificate2? Find(X509Certificate2 certificate) =>
        _byFingerprint.GetValueOrDefault(Fingerprint(certificate));

    private static string Fingerprint(X509Certificate2 certificate) =>
        certificate.GetCertHashString(HashAlgorithmName.SHA256);
}
