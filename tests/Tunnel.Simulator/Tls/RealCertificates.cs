using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tunnel.Config;
using Tunnel.Tls;

namespace Tunnel.Simulator;

/// <summary>
/// A CA, a server and a client for the worlds in which the real backends shake hands. RSA, whose signatures have one
/// length, so that a world is the same to the byte each time.
/// </summary>
internal sealed class RealCertificates
{
    private static readonly Lazy<RealCertificates> _instance = new(() => new RealCertificates());

    private readonly string _directory = Directory.CreateTempSubdirectory("tunnel-simulator-").FullName;

    private RealCertificates()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(_directory, recursive: true);
        using var caKey = RSA.Create(2048);
        var ca = Request("simulator CA", caKey);
        ca.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        // Long enough that nobody warns of the end, with dates that would differ from one run to the next.
        var (from, to) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(1));
        using var authority = ca.CreateSelfSigned(from, to);
        File.WriteAllText(At("ca.crt"), authority.ExportCertificatePem());
        foreach (var (name, usage) in new[] { ("server", "1.3.6.1.5.5.7.3.1"), ("client", "1.3.6.1.5.5.7.3.2") })
        {
            using var key = RSA.Create(2048);
            var request = Request(name, key);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(name);
            request.CertificateExtensions.Add(names.Build());
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
            using var certificate = request.Create(authority, from, to, [1, 2, 3, 4]);
            File.WriteAllText(At($"{name}.crt"), certificate.ExportCertificatePem());
            File.WriteAllText(At($"{name}.key"), key.ExportPkcs8PrivateKeyPem());
        }
    }

    /// <param name="access">A server's rules.</param>
    public static TlsProfile ProfileOf(TunnelRole role, AccessRules? access = null)
    {
        var files = _instance.Value;
        var own = OwnCertificate.Load(
            new FileSetting(files.At($"{role.Word()}.crt")),
            new FileSetting(files.At($"{role.Word()}.key")),
            password: null
        );
        var anchors = CaFile.Load(new FileSetting(files.At("ca.crt")), role.Peer());
        return new TlsProfile
        {
            Role = role,
            Own = own,
            Policy =
                role == TunnelRole.Client
                    ? PeerPolicy.ForServers(anchors, "server")
                    : PeerPolicy.ForClients(anchors, access ?? AccessRules.None),
            ServerName = role == TunnelRole.Client ? "server" : null,
            Versions = SslProtocols.Tls12 | SslProtocols.Tls13,
        };
    }

    private static CertificateRequest Request(string name, RSA key) =>
        new($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    private string At(string name) => Path.Combine(_directory, name);
}
