using Tunnel.Config;

namespace Tunnel.Tls;

/// <summary>Reads a PEM file with the CA certificates that we trust for peers.</summary>
public static class CaFile
{
    private const string What = "CA file";

    // If a bundle is wrong as a whole, its first certificates show it.
    private const int MostFaultsShown = 3;

    /// <exception cref="TlsSetupException">The file cannot be read, is damaged or holds no certificate.</exception>
    public static TrustAnchors Load(FileSetting file) =>
        new(file.Path, PemFile.ReadCertificates(new InputFile(What, file)));

    /// <summary>As <see cref="Load(FileSetting)"/>, for peers on one side of the handshake.</summary>
    /// <exception cref="TlsSetupException">
    /// Also when no certificate of the file can let such a peer in, at any date.
    /// </exception>
    public static TrustAnchors Load(FileSetting file, TunnelRole peer)
    {
        var anchors = Load(file);
        var useless = anchors
            .Certificates.Select(ca => AnchorRules.WhyUseless(ca, anchors.Certificates, peer))
            .OfType<Trouble>()
            .ToList();
        return useless.Count < anchors.Certificates.Count && anchors.Certificates.Any(AnchorRules.IsRoot)
            ? anchors
            : throw new InputFile(What, file).FaultInside(
                Trouble.Of(
                    $"no certificate in it can let a {peer.Word()} in: "
                        + string.Join("; ", useless.Distinct().Take(MostFaultsShown)),
                    $"put the certificate of the CA that issues those of your {peer.Word()}s into it"
                )
            );
    }
}
