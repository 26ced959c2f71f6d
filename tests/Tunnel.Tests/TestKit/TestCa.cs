using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tests.TestKit;

/// <summary>A root or intermediate CA in memory that issues leaves as good or as bad as a test needs them.</summary>
public sealed class TestCa
{
    private readonly TestKey _key;

    // What a peer has to send above a leaf of this CA; empty for a root.
    private readonly IReadOnlyList<X509Certificate2> _chain;

    private TestCa(TestKey key, X509Certificate2 certificate, IReadOnlyList<X509Certificate2> chain)
    {
        _key = key;
        _chain = chain;
        Certificate = certificate;
    }

    /// <summary>The CA's own certificate, without its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <param name="algorithm">Of the CA's key and so of the signatures on what it issues.</param>
    /// <param name="notAfter">Null: ten years from now.</param>
    public static TestCa CreateRoot(
        string name = "Test Root",
        TestAlgorithm algorithm = TestAlgorithm.EcdsaP256,
        DateTimeOffset? notAfter = null,
        params IReadOnlyList<X509Extension> extensions
    )
    {
        var key = TestKey.Create(algorithm);
        var request = CaRequest(name, key, notAfter, extensions);
        return new(key, key.Sign(request, request.Subject), []);
    }

    /// <summary>The same CA again, name and key, under a certificate with another serial number.</summary>
    public TestCa Renew()
    {
        var request = new TestRequest(_key, Certificate.Subject)
        {
            IsCa = true,
            NotBefore = DateTimeOffset.UtcNow.AddDays(-1),
            NotAfter = DateTimeOffset.UtcNow.AddYears(10),
        };
        return new(_key, _key.Sign(request, request.Subject), []);
    }

    /// <summary>A CA below this one.</summary>
    /// <param name="usageOid">The only extended key usage it may issue for; null: all.</param>
    public TestCa CreateIntermediate(
        string name = "Test Intermediate",
        DateTimeOffset? notAfter = null,
        string? usageOid = null,
        params IReadOnlyList<X509Extension> extensions
    )
    {
        var intermediateKey = TestKey.Create(TestAlgorithm.EcdsaP256);
        var request = CaRequest(name, intermediateKey, notAfter, extensions);
        request.UsageOids = usageOid is null ? [] : [usageOid];
        var certificate = _key.Sign(request, Certificate);
        return new(intermediateKey, certificate, [certificate, .. _chain]);
    }

    public TestCertificate Issue(TestLeaf? leaf = null)
    {
        leaf ??= new TestLeaf();
        var leafKey = TestKey.Create(leaf.Algorithm);
        var certificate = leafKey.AttachTo(
            _key.Sign(TestRequest.For(leaf, leafKey), Certificate, leaf.AuthorityIssuer)
        );
        return new(certificate, leafKey, leaf.SendIntermediates ? _chain : []);
    }

    /// <summary>A revocation list of this CA as PEM.</summary>
    /// <param name="from">Null: an hour ago.</param>
    /// <param name="to">Null: in a day.</param>
    /// <param name="forgedBy">Signs in this CA's name with a key of its own.</param>
    public string Crl(
        IEnumerable<X509Certificate2> revoked,
        DateTimeOffset? from = null,
        DateTimeOffset? to = null,
        TestCa? forgedBy = null
    )
    {
        var list = new CertificateRevocationListBuilder();
        foreach (var certificate in revoked)
        {
            list.AddEntry(certificate);
        }

        var der = list.Build(
            Certificate.SubjectName,
            (forgedBy ?? this)._key.Generator,
            1,
            to ?? DateTimeOffset.UtcNow.AddDays(1),
            HashAlgorithmName.SHA256,
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false),
            from ?? DateTimeOffset.UtcNow.AddHours(-1)
        );
        return PemEncoding.WriteString("X509 CRL", der) + "\n";
    }

    public static TestCertificate SelfSigned(TestLeaf? leaf = null)
    {
        leaf ??= new TestLeaf();
        var leafKey = TestKey.Create(leaf.Algorithm);
        var request = TestRequest.For(leaf, leafKey);
        return new(leafKey.AttachTo(leafKey.Sign(request, request.Subject)), leafKey, []);
    }

    /// <summary>Writes the CA's certificate as <c>name</c> into a directory and returns its path.</summary>
    public string WriteFile(string directory, string name = "ca.crt")
    {
        var path = Path.Combine(directory, name);
        File.WriteAllText(path, Certificate.ExportCertificatePem() + "\n");
        return path;
    }

    /// <summary>Writes the key of the CA, for the openssl command.</summary>
    public string WriteKey(string directory, string name = "ca.key")
    {
        var path = Path.Combine(directory, name);
        File.WriteAllText(path, _key.Algorithm.ExportPkcs8PrivateKeyPem() + "\n");
        return path;
    }

    private static TestRequest CaRequest(
        string name,
        TestKey key,
        DateTimeOffset? notAfter,
        IReadOnlyList<X509Extension> extensions
    ) =>
        new(key, $"CN={name}")
        {
            IsCa = true,
            Extensions = extensions,
            NotBefore = DateTimeOffset.UtcNow.AddYears(-2),
            NotAfter = notAfter ?? DateTimeOffset.UtcNow.AddYears(10),
        };
}
