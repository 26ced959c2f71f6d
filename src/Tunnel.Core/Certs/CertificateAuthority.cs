using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tunnel.Tls;

namespace Tunnel.Certs;

/// <summary>
/// A throw-away CA with an ECDSA P-256 key that issues certificates for one tunnel (profile of RFC 5280). It does not
/// record what it issued and cannot revoke.
/// </summary>
public sealed class CertificateAuthority : IDisposable
{
    /// <summary>Longest CN (RFC 5280 appendix A, ub-common-name).</summary>
    public const int MaxCommonNameLength = 64;

    /// <summary>The most that platforms such as macOS accept in server certificates of private CAs, in days.</summary>
    public const int LeafValidityDays = 825;

    /// <summary>In years: a CA outlives several generations of its leaves.</summary>
    public const int CaValidityYears = 10;

    // The clocks of two machines differ; a certificate made here must be valid there at once.
    private static readonly TimeSpan _backdating = TimeSpan.FromMinutes(5);

    private readonly ECDsa _key;
    private readonly X509Certificate2 _certificate;

    private CertificateAuthority(ECDsa key, X509Certificate2 certificate)
    {
        _key = key;
        _certificate = certificate;
    }

    /// <summary>The CA's own certificate and key.</summary>
    public IssuedCertificate Own => new(_certificate.ExportCertificatePem(), _key.ExportPkcs8PrivateKeyPem());

    /// <summary>A new key and its self-signed certificate.</summary>
    public static CertificateAuthority Create(string commonName)
    {
        var key = NewKey();
        var request = new CertificateRequest(NameOf(commonName), key, HashAlgorithmName.SHA256);
        // There is no CA below this one: it signs leaves itself.
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority(0));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true)
        );
        var keyIdentifier = new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false);
        request.CertificateExtensions.Add(keyIdentifier);
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(keyIdentifier)
        );
        var now = DateTimeOffset.UtcNow;
        var certificate = request.Create(
            request.SubjectName,
            X509SignatureGenerator.CreateForECDsa(key),
            now - _backdating,
            now.AddYears(CaValidityYears),
            NewSerial()
        );
        return new(key, certificate);
    }

    /// <summary>A certificate for a TLS server.</summary>
    /// <param name="names">
    /// DNS names, also with a wildcard label, and IP addresses; at least one. All become SANs.
    /// </param>
    /// <exception cref="CertsInitException">No name is given, or a name is neither.</exception>
    public IssuedCertificate IssueServer(IReadOnlyList<string> names)
    {
        var sans = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            AddServerName(sans, name);
        }

        var commonName =
            names.Count > 0
                ? names[0]
                : throw new CertsInitException(
                    Trouble.Of("a server needs at least one name", "add --server-name", ": ")
                );
        // The CN of a server is only for people, so a long name may be replaced.
        return Issue(
            commonName.Length <= MaxCommonNameLength ? commonName : "tunnel-server",
            CertificateUsage.ServerAuth,
            sans.Build()
        );
    }

    /// <summary>A certificate for a TLS client.</summary>
    /// <param name="name">Becomes the CN, and a DNS SAN as well when it is a DNS name.</param>
    /// <exception cref="CertsInitException">The name is empty, too long or not printable.</exception>
    public IssuedCertificate IssueClient(string name)
    {
        if (name.Length is 0 or > MaxCommonNameLength || SafeText.Escape(name) != name)
        {
            throw new CertsInitException(
                Trouble.Of(
                    $"client name '{SafeText.Escape(name)}' must be 1 to {MaxCommonNameLength} printable characters",
                    "write another --client-name"
                )
            );
        }

        if (!DnsName.IsWellFormed(name))
        {
            return Issue(name, CertificateUsage.ClientAuth, null);
        }

        var sans = new SubjectAlternativeNameBuilder();
        sans.AddDnsName(name);
        return Issue(name, CertificateUsage.ClientAuth, sans.Build());
    }

    public void Dispose()
    {
        _key.Dispose();
        _certificate.Dispose();
    }

    private IssuedCertificate Issue(string commonName, string usageOid, X509Extension? sans)
    {
        using var leafKey = NewKey();
        var request = new CertificateRequest(NameOf(commonName), leafKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForEndEntity(critical: true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true)
        );
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usageOid)], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
                _certificate,
                includeKeyIdentifier: true,
                includeIssuerAndSerial: false
            )
        );
        if (sans is not null)
        {
            request.CertificateExtensions.Add(sans);
        }

        var now = DateTimeOffset.UtcNow;
        using var issued = request.Create(
            _certificate.SubjectName,
            X509SignatureGenerator.CreateForECDsa(_key),
            now - _backdating,
            now.AddDays(LeafValidityDays),
            NewSerial()
        );
        return new(issued.ExportCertificatePem(), leafKey.ExportPkcs8PrivateKeyPem());
    }

    private static void AddServerName(SubjectAlternativeNameBuilder sans, string name)
    {
        var dnsName = DnsName.Normalize(name);
        if (AddressText.Read(name) is { } address)
        {
            sans.AddIpAddress(address);
        }
        else if (DnsName.IsWellFormed(dnsName.StartsWith("*.", StringComparison.Ordinal) ? dnsName[2..] : dnsName))
        {
            sans.AddDnsName(dnsName);
        }
        else
        {
            throw new CertsInitException(
                Trouble.Of(
                    $"server name '{SafeText.Escape(name)}' is neither a DNS name nor an IP address",
                    "write one, such as db.example.com or 10.0.0.7"
                )
            );
        }
    }

    private static ECDsa NewKey() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private static X500DistinguishedName NameOf(string commonName)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(commonName);
        return name.Build();
    }

    /// <summary>16 random octets, positive and without a leading zero (RFC 5280 section 4.1.2.2).</summary>
    private static byte[] NewSerial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)(serial[0] & 0x3F | 0x40);
        return serial;
    }
}
