using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls;

/// <summary>
/// Reads the private key of a certificate: PKCS#8 (RFC 5958), also encrypted, PKCS#1 (RFC 8017) or SEC 1 (RFC 5915).
/// </summary>
internal static class PrivateKeyFile
{
    private const string Encrypted = "ENCRYPTED PRIVATE KEY";
    private const string Pkcs8 = "PRIVATE KEY";
    private const string Pkcs1 = "RSA PRIVATE KEY";
    private const string Sec1 = "EC PRIVATE KEY";

    private const string Rsa = "1.2.840.113549.1.1.1";
    private const string RsaPss = "1.2.840.113549.1.1.10";
    private const string Ec = "1.2.840.10045.2.1";

    /// <summary>The first key of the file.</summary>
    /// <exception cref="TlsSetupException">The file cannot be read or holds no key that can be used.</exception>
    public static AsymmetricAlgorithm Read(InputFile file, KeyPassword? password)
    {
        using var pem = PemFile.Read(file);
        var block =
            pem.Blocks.FirstOrDefault(block => block.Label is Encrypted or Pkcs8 or Pkcs1 or Sec1)
            ?? throw file.Fault(pem.Lacks("private key", "name the file with the key here"));
        if (block.HasLegacyEncryption)
        {
            throw file.Fault(
                Trouble.Of(
                    "has OpenSSL's legacy encryption (Proc-Type: 4,ENCRYPTED), which is not supported",
                    $"convert it to PKCS#8 with: {InPkcs8(file)}"
                )
            );
        }

        var der = pem.ContentOf(block);
        return block.Label == Encrypted ? Decrypt(file, der, password) : Import(file, block.Label, der);
    }

    /// <summary>The certificate with its key attached; null when the key belongs to another certificate.</summary>
    /// <exception cref="TlsSetupException">The certificate's key is of a kind that .NET cannot use.</exception>
    public static X509Certificate2? TryAttach(X509Certificate2 certificate, AsymmetricAlgorithm key)
    {
        try
        {
            return (certificate.PublicKey.Oid.Value, key) switch
            {
                (Rsa, RSA rsa) => certificate.CopyWithPrivateKey(rsa),
                (Ec, ECDsa ecdsa) => certificate.CopyWithPrivateKey(ecdsa),
                _ => null,
            };
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Why keys of this certificate's kind cannot be used; null when they can.</summary>
    public static Trouble? WhyUnusable(X509Certificate2 certificate) => WhyUnusable(certificate.PublicKey.Oid);

    private static AsymmetricAlgorithm Import(InputFile file, string label, byte[] der)
    {
        try
        {
            var algorithm = label switch
            {
                Pkcs1 => Rsa,
                Sec1 => Ec,
                _ => Pkcs8Algorithm(der),
            };
            if (WhyUnusable(new Oid(algorithm)) is { } why)
            {
                throw file.FaultInside(why);
            }

            return label switch
            {
                Pkcs1 => Imported(RSA.Create(), key => key.ImportRSAPrivateKey(der, out _)),
                Sec1 => Imported(ECDsa.Create(), key => key.ImportECPrivateKey(der, out _)),
                _ when algorithm == Rsa => Imported(RSA.Create(), key => key.ImportPkcs8PrivateKey(der, out _)),
                _ => Imported(ECDsa.Create(), key => key.ImportPkcs8PrivateKey(der, out _)),
            };
        }
        // NotSupportedException: of a point that is not on its curve .NET says that the platform does not support it.
        catch (Exception e)
            when (e is CryptographicException or AsnContentException or ArgumentException or NotSupportedException)
        {
            throw file.FaultInside(
                Trouble.Of(
                    "the private key is damaged, or of a kind that .NET cannot use",
                    "copy it again from where it was made, or make a new one (ECDSA or RSA) and its certificate"
                )
            );
        }
    }

    private static AsymmetricAlgorithm Decrypt(InputFile file, byte[] der, KeyPassword? password)
    {
        if (password is null)
        {
            var key = file.Setting.Key ?? "tls.*_key";
            throw file.Fault(
                Trouble.Of("is encrypted and no password is given", $"set {key}_password_file or {key}_password_env")
            );
        }

        if (KeyEncryption.WhyUnusable(der, $"encrypt it again with: {InPkcs8(file)}") is { } why)
        {
            throw file.Fault(why);
        }

        return TryImported(RSA.Create(), key => key.ImportEncryptedPkcs8PrivateKey(password.Reveal(), der, out _))
            ?? TryImported(ECDsa.Create(), key => key.ImportEncryptedPkcs8PrivateKey(password.Reveal(), der, out _))
            // The kind of key shows only after decryption, so the two causes look the same.
            ?? throw file.Fault(
                Trouble.Of(
                    $"cannot be decrypted: the {password} is wrong, or the key inside is neither RSA nor ECDSA",
                    $"correct the password; openssl pkey -in {file.Path} -noout asks for it and says whether it is "
                        + "right"
                )
            );
    }

    private static string InPkcs8(InputFile file) =>
        $"openssl pkcs8 -topk8 -v2 aes-256-cbc -in {file.Path} -out {file.Path}.p8";

    private static T Imported<T>(T key, Action<T> import)
        where T : AsymmetricAlgorithm
    {
        try
        {
            import(key);
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private static AsymmetricAlgorithm? TryImported<T>(T key, Action<T> import)
        where T : AsymmetricAlgorithm
    {
        try
        {
            return Imported(key, import);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static string Pkcs8Algorithm(byte[] der)
    {
        var info = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
        info.ReadInteger();
        return info.ReadSequence().ReadObjectIdentifier();
    }

    private static Trouble? WhyUnusable(Oid algorithm) =>
        algorithm.Value switch
        {
            Rsa or Ec => null,
            RsaPss => Trouble.Of(
                "its key is marked for RSASSA-PSS only, which .NET cannot load",
                "make a plain RSA key (openssl genpkey -algorithm RSA), which TLS 1.3 signs with PSS just the same"
            ),
            var other => Trouble.Of(
                $"its key is of kind {algorithm.FriendlyName ?? other}, which .NET cannot use for TLS",
                "use ECDSA or RSA"
            ),
        };
}
