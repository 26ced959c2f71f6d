using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tests.TestKit;

/// <summary>A key pair and the way it signs certificates.</summary>
public sealed class TestKey
{
    private TestKey(AsymmetricAlgorithm algorithm, X509SignatureGenerator generator)
    {
        Algorithm = algorithm;
        Generator = generator;
    }

    public AsymmetricAlgorithm Algorithm { get; }

    public X509SignatureGenerator Generator { get; }

    public PublicKey PublicKey => Generator.PublicKey;

    public static TestKey Create(TestAlgorithm algorithm)
    {
        if (algorithm is TestAlgorithm.EcdsaP256 or TestAlgorithm.EcdsaP192)
        {
            var ecdsa = ECDsa.Create(
                algorithm == TestAlgorithm.EcdsaP256
                    ? ECCurve.NamedCurves.nistP256
                    : ECCurve.CreateFromValue("1.2.840.10045.3.1.1")
            );
            return new(ecdsa, X509SignatureGenerator.CreateForECDsa(ecdsa));
        }

        var rsa = RSA.Create(algorithm == TestAlgorithm.Rsa1024 ? 1024 : 2048);
        var padding = algorithm == TestAlgorithm.Rsa2048Pss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
        return new(rsa, X509SignatureGenerator.CreateForRSA(rsa, padding));
    }

    /// <summary>Signs with this key as <paramref name="issuer"/>.</summary>
    public X509Certificate2 Sign(TestRequest request, X509Certificate2 issuer, bool namesIssuersIssuer = false)
    {
        var authority = X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, true, namesIssuersIssuer);
        return request.Create(issuer.SubjectName, Generator, authority);
    }

    /// <summary>
    /// Signs with this key as <paramref name="issuer"/> and leaves out who that is: self-signed certificates.
    /// </summary>
    public X509Certificate2 Sign(TestRequest request, X500DistinguishedName issuer) =>
        request.Create(issuer, Generator, null);

    public X509Certificate2 AttachTo(X509Certificate2 certificate) =>
        Algorithm is RSA rsa ? certificate.CopyWithPrivateKey(rsa) : certificate.CopyWithPrivateKey((ECDsa)Algorithm);
}
