using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Fuzz.Targets;

/// <summary>A peer's certificate, as it comes.</summary>
internal sealed class CertificateTarget : ITarget
{
    public string Name => "certificate";

    public bool IsDer => true;

    public IReadOnlyList<byte[]> Words => NamesTarget.Pieces;

    public void Run(byte[] input)
    {
        X509Certificate2 certificate;
        try
        {
            certificate = X509CertificateLoader.LoadCertificate(input);
        }
        catch (CryptographicException)
        {
            return;
        }

        using (certificate)
        {
            PeerRules.Hold(certificate, certificate);
        }
    }
}
