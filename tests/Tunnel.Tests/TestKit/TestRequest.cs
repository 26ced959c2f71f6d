using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tests.TestKit;

/// <summary>What goes into a certificate before somebody signs it.</summary>
public sealed class TestRequest(TestKey key, string subject)
{
    public X500DistinguishedName Subject { get; private init; } = new(subject);

    public bool IsCa { get; init; }

    public IReadOnlyList<string> UsageOids { get; set; } = [];

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    private X509KeyUsageFlags KeyUsages { get; init; } = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign;

    public IReadOnlyList<X509Extension> Extensions { get; init; } = [];

    public HashAlgorithmName Hash { get; init; } = HashAlgorithmName.SHA256;

    public static TestRequest For(TestLeaf leaf, TestKey key)
    {
        var sans = new SubjectAlternativeNameBuilder();
        leaf.DnsNames.ToList().ForEach(sans.AddDnsName);
        leaf.Addresses.ToList().ForEach(sans.AddIpAddress);
        leaf.Emails.ToList().ForEach(sans.AddEmailAddress);
        leaf.Uris.ToList().ForEach(uri => sans.AddUri(new Uri(uri)));
        var hasSans = leaf.DnsNames.Count + leaf.Addresses.Count + leaf.Emails.Count + leaf.Uris.Count > 0;
        var name = leaf.CommonName is { } cn ? $"CN=\"{cn.Replace("\"", "\"\"")}\"" : "O=nameless";
        var subject = string.Join(", ", [name, .. leaf.Units.Select(unit => $"OU=\"{unit}\"")]);
        return new(key, subject)
        {
            Subject = leaf.Subject ?? new(subject),
            UsageOids = leaf.UsageOids,
            KeyUsages = leaf.KeyUsages,
            NotBefore = leaf.NotBefore < leaf.NotAfter ? leaf.NotBefore : leaf.NotAfter.AddDays(-30),
            NotAfter = leaf.NotAfter,
            Hash = leaf.Hash,
            Extensions = hasSans ? [sans.Build(), .. leaf.Extensions] : [.. leaf.Extensions],
        };
    }

    public X509Certificate2 Create(
        X500DistinguishedName issuer,
        X509SignatureGenerator generator,
        X509AuthorityKeyIdentifierExtension? authority
    )
    {
        var request = new CertificateRequest(Subject, key.PublicKey, Hash);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(IsCa, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(KeyUsages, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(key.PublicKey, critical: false));
        if (UsageOids.Count > 0)
        {
            OidCollection usages = [.. UsageOids.Select(oid => new Oid(oid))];
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(usages, critical: false));
        }

        if (authority is not null)
        {
            request.CertificateExtensions.Add(authority);
        }

        foreach (var extension in Extensions)
        {
            request.CertificateExtensions.Add(extension);
        }

        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = 0x42;
        return request.Create(issuer, generator, NotBefore, NotAfter, serial);
    }
}
