using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tests.TestKit;

/// <summary>How the key is made, and how it signs.</summary>
public enum TestAlgorithm
{
    EcdsaP256,
    Rsa2048,

    /// <summary>A plain RSA key that signs certificates with RSASSA-PSS.</summary>
    Rsa2048Pss,

    /// <summary>Too short since long ago.</summary>
    Rsa1024,

    /// <summary>Likewise.</summary>
    EcdsaP192,
}

/// <summary>Order for a leaf; the defaults give one that is good for server and client alike.</summary>
public sealed record TestLeaf
{
    public const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    /// <summary>Null: no CN; the subject is then <c>O=nameless</c>.</summary>
    public string? CommonName { get; init; } = "leaf";

    /// <summary>The whole subject, instead of CN and OUs.</summary>
    public X500DistinguishedName? Subject { get; init; }

    /// <summary>The OUs of the subject.</summary>
    public IReadOnlyList<string> Units { get; init; } = [];

    public IReadOnlyList<string> DnsNames { get; init; } = ["localhost"];

    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];

    public IReadOnlyList<string> Emails { get; init; } = [];

    public IReadOnlyList<string> Uris { get; init; } = [];

    /// <summary>Empty: no extended key usage at all.</summary>
    public IReadOnlyList<string> UsageOids { get; init; } = [ServerAuth, ClientAuth];

    public X509KeyUsageFlags KeyUsages { get; init; } = X509KeyUsageFlags.DigitalSignature;

    public TestAlgorithm Algorithm { get; init; } = TestAlgorithm.EcdsaP256;

    public DateTimeOffset NotBefore { get; init; } = DateTimeOffset.UtcNow.AddDays(-30);

    public DateTimeOffset NotAfter { get; init; } = DateTimeOffset.UtcNow.AddDays(300);

    /// <summary>False: the peer forgets to send the intermediates between leaf and root.</summary>
    public bool SendIntermediates { get; init; } = true;

    /// <summary>Names the issuer's issuer in the authority key identifier.</summary>
    public bool AuthorityIssuer { get; init; }

    /// <summary>What the CA signs it with.</summary>
    public HashAlgorithmName Hash { get; init; } = HashAlgorithmName.SHA256;

    /// <summary>Added as they are, for hostile certificates.</summary>
    public IReadOnlyList<X509Extension> Extensions { get; init; } = [];

    public static TestLeaf Expired(TimeSpan ago) => new() { NotAfter = DateTimeOffset.UtcNow - ago };

    public static TestLeaf NotYetValid(TimeSpan ahead) => new() { NotBefore = DateTimeOffset.UtcNow + ahead };
}
