using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls;

/// <summary>A certificate of one of our files.</summary>
public sealed record FiledCertificate(string File, X509Certificate2 Certificate)
{
    /// <summary>Safe to print.</summary>
    public string Subject => PeerIdentity.From(Certificate).Subject;

    public DateTimeOffset NotAfter => Validity.EndOf(Certificate);
}
