using System.Security.Cryptography.X509Certificates;
using Tunnel.Config;

namespace Tunnel.Tls;

/// <summary>What a certificate may be used for: key usage and extended key usage (RFC 5280 section 4.2.1).</summary>
internal static class CertificateUsage
{
    public const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    /// <summary>The extended key usage that <paramref name="role"/> needs.</summary>
    public static string OidFor(TunnelRole role) => role == TunnelRole.Client ? ClientAuth : ServerAuth;

    /// <summary>Why an end of a TLS connection must not use this certificate; null when it may.</summary>
    public static string? WhyNotFor(TunnelRole role, X509Certificate2 certificate)
    {
        if (ExtendedUsageLacks(role, certificate) is { } listed)
        {
            return $"extended key usage lists only {listed}";
        }

        var keyUsage = certificate.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault()?.KeyUsages;
        // Only servers can use a key that does not sign: TLS 1.2 with RSA key transport.
        var needed =
            role == TunnelRole.Client
                ? X509KeyUsageFlags.DigitalSignature
                : X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment;
        return keyUsage is { } usages && (usages & needed) == 0
            ? $"key usage is {usages}, without DigitalSignature"
            : null;
    }

    /// <summary>
    /// What the extended key usage lists when <paramref name="role"/> is not listed; null when it is, or when there is
    /// no list, which allows everything. "Any" does not count: a certificate for TLS can say so explicitly.
    /// </summary>
    public static string? ExtendedUsageLacks(TunnelRole role, X509Certificate2 certificate)
    {
        var lists = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().ToList();
        var listed = lists.SelectMany(list => list.EnhancedKeyUsages.Cast<System.Security.Cryptography.Oid>()).ToList();
        return lists.Count == 0 || listed.Any(usage => usage.Value == OidFor(role))
            ? null
            : SafeText.Escape(string.Join(", ", listed.Select(usage => NameOf(usage.Value))));
    }

    private static string? NameOf(string? oid) =>
        oid switch
        {
            ServerAuth => "serverAuth",
            ClientAuth => "clientAuth",
            "1.3.6.1.5.5.7.3.3" => "codeSigning",
            "1.3.6.1.5.5.7.3.4" => "emailProtection",
            "2.5.29.37.0" => "anyExtendedKeyUsage",
            _ => oid,
        };
}
