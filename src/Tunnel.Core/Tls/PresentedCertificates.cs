using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls;

/// <summary>What a peer would present: its certificate and, behind it, the intermediates.</summary>
public sealed record PresentedCertificates(X509Certificate2 Leaf, IReadOnlyList<X509Certificate2> Others)
{
    /// <param name="path">A PEM file, of which only certificates are looked at.</param>
    /// <exception cref="TlsSetupException">The file cannot be read, is damaged or holds none.</exception>
    public static PresentedCertificates Read(string path)
    {
        var all = PemFile.ReadCertificates(new InputFile("certificate file", new(path)));
        return new PresentedCertificates(all[0], [.. all.Skip(1)]);
    }
}
