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
    private const string Rsa = "1.2.840.113549.1.1.1";
    private const string RsaPss = "1.2.840.113549.1.1.10";
    private const string Ec = "1.2.840.10045.2.1";

    /// <summary>The first key of the file.</summary>
    /// <exception cref="CertificateException">The file cannot be read or holds no key that can be used.</exception>
    public static AsymmetricAlgorithm Read(string file, KeyPassword? password)
    {
        var text = PemFile.ReadText("key file", file);
        // Such a block has headers, which RFC 7468 does not know; the PEM scanner steps over it.
        if (text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
        {
            throw new CertificateException(
                $"key file {file} is encrypted in the legacy OpenSSL way (Proc-Type: 4,ENCRYPTED), which is not supported; "
                    + $"convert it to PKCS#8 with: openssl pkcs8 -topk8 -v2 aes-256-cbc -in {file} -out {file}.p8"
            );
        }
        var (label, content) = PemFile.Blocks(text).FirstOrDefault(block => IsKey(block.Label));
        if (label is null)
        {
            throw new CertificateException($"key file {file} holds no private key, only {PemFile.LabelList(text)}");
        }
        var der = Convert.FromBase64String(content);
        try
        {
            return label == Encrypted ? Decrypt(file, der, password) : Import(file, label, der);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
    }

    /// <summary>The certificate with its key attached; null when the key belongs to another certificate.</summary>
    /// <exception cref="CertificateException">The certificate's key is of a kind that .NET cannot use.</exception>
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
    public static string? WhyUnusable(X509Certificate2 certificate) => WhyUnusable(certificate.PublicKey.Oid);

    private static bool IsKey(string label) =>
        label is Encrypted or "PRIVATE KEY" or "RSA PRIVATE KEY" or "EC PRIVATE KEY";

    private static AsymmetricAlgorithm Import(string file, string label, byte[] der)
    {
        try
        {
            var algorithm = label switch
            {
                "RSA PRIVATE KEY" => Rsa,
                "EC PRIVATE KEY" => Ec,
                _ => Pkcs8Algorithm(der),
            };
            if (WhyUnusable(new Oid(algorithm)) is { } why)
            {
                throw new CertificateException($"key file {file}: {why}");
            }
            var pem = PemEncoding.WriteString(label, der);
            return algorithm == Rsa
                ? Imported(RSA.Create(), rsa => rsa.ImportFromPem(pem))
                : Imported(ECDsa.Create(), ec => ec.ImportFromPem(pem));
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException or ArgumentException)
        {
            throw new CertificateException(
                $"key file {file}: the private key is damaged, or of a kind that .NET cannot use"
            );
        }
    }

    private static AsymmetricAlgorithm Decrypt(string file, byte[] der, KeyPassword? password)
    {
        if (password is null)
        {
            throw new CertificateException(
                $"key file {file} is encrypted and no password is given; set tls.*_key_password_file or tls.*_key_password_env"
            );
        }
        return TryImported(RSA.Create(), rsa => rsa.ImportEncryptedPkcs8PrivateKey(password.Reveal(), der, out _))
            ?? TryImported(ECDsa.Create(), ec => ec.ImportEncryptedPkcs8PrivateKey(password.Reveal(), der, out _))
            // What lies inside shows only after decryption, so these cannot be told apart.
            ?? throw new CertificateException(
                $"key file {file} cannot be decrypted: the {password} is wrong, or the key is neither RSA nor ECDSA, or it is encrypted with scrypt"
            );
    }

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
        catch (CryptographicException)
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

    private static string? WhyUnusable(Oid algorithm) =>
        algorithm.Value switch
        {
            Rsa or Ec => null,
            RsaPss => "its key is marked for RSASSA-PSS only, which .NET cannot load; "
                + "make a plain RSA key (openssl genpkey -algorithm RSA), which TLS 1.3 signs with PSS just the same",
            var other =>
                $"its key is of kind {algorithm.FriendlyName ?? other}, which .NET cannot use for TLS; use ECDSA or RSA",
        };
}
