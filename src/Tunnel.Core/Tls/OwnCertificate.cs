using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls;

/// <summary>The certificate we present: leaf with its private key, and the intermediates sent along.</summary>
public sealed class OwnCertificate
{
    public required X509Certificate2 Leaf { get; init; }

    public required X509Certificate2Collection Intermediates { get; init; }
}
