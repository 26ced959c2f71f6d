namespace Tunnel.Certs;

/// <summary>A certificate and its private key (PKCS#8, not encrypted), both PEM.</summary>
public sealed record IssuedCertificate(string CertificatePem, string KeyPem)
{
    /// <summary>The certificate alone: the key is not for printing.</summary>
    public override string ToString() => CertificatePem;
}
