using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tunnel.Config;

namespace Tunnel.Tls;

/// <summary>The CA certificates that a peer's chain must end in.</summary>
public sealed class TrustAnchors
{
    private const string What = "CA file";

    // What is wrong with a bundle is wrong with its first certificates already.
    private const int MostFaultsTold = 3;

    private readonly HashSet<string> fingerprints;

    public TrustAnchors(string file, IReadOnlyList<X509Certificate2> certificates)
    {
        File = file;
        Certificates = certificates;
        fingerprints = [.. certificates.Select(Fingerprint)];
    }

    /// <summary>The file they came from, as configured.</summary>
    public string File { get; }

    /// <summary>In the order of the file, at least one.</summary>
    public IReadOnlyList<X509Certificate2> Certificates { get; }

    /// <summary>Reads a PEM bundle.</summary>
    /// <exception cref="CertificateException">The file cannot be read, is damaged or holds no certificate.</exception>
    public static TrustAnchors Load(FileSetting file) =>
        new(file.Path, PemFile.ReadCertificates(new InputFile(What, file)));

    /// <summary>As <see cref="Load(FileSetting)"/>, for peers on one side of the handshake.</summary>
    /// <exception cref="CertificateException">As well when no certificate of the file can let such a peer in, at whatever date.</exception>
    public static TrustAnchors Load(FileSetting file, TunnelRole peer)
    {
        var anchors = Load(file);
        var useless = anchors
            .Certificates.Select(ca => AnchorRules.WhyUseless(ca, anchors.Certificates, peer))
            .OfType<string>()
            .ToList();
        return useless.Count < anchors.Certificates.Count && anchors.Certificates.Any(AnchorRules.IsRoot)
            ? anchors
            : throw new InputFile(What, file).FaultInside(
                $"no certificate in it can let a {peer.Word()} in: "
                    + string.Join("; ", useless.Distinct().Take(MostFaultsTold))
            );
    }

    /// <summary>Is this very certificate, octet for octet, one of the anchors?</summary>
    public bool Contains(X509Certificate2 certificate) => fingerprints.Contains(Fingerprint(certificate));

    private static string Fingerprint(X509Certificate2 certificate) =>
        certificate.GetCertHashString(HashAlgorithmName.SHA256);
}
