using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.OpenSsl;

/// <summary>Converts certificates and keys between managed and native, as DER.</summary>
internal static unsafe class NativeCertificates
{
    /// <summary>An X509 object; the caller frees it.</summary>
    public static nint FromManaged(X509Certificate2 certificate)
    {
        var der = certificate.RawData;
        fixed (byte* start = der)
        {
            var at = start;
            var native = LibCrypto.d2i_X509(0, &at, der.Length);
            return native != 0 ? native : throw new OpenSslException("d2i_X509");
        }
    }

    public static X509Certificate2 ToManaged(nint certificate) =>
        X509CertificateLoader.LoadCertificate(ToDer(certificate));

    /// <summary>The X509 objects of a stack, which still owns them; none for a null pointer.</summary>
    public static nint[] InStack(nint stack)
    {
        var certificates = new nint[stack == 0 ? 0 : LibCrypto.OPENSSL_sk_num(stack)];
        for (var i = 0; i < certificates.Length; i++)
        {
            certificates[i] = LibCrypto.OPENSSL_sk_value(stack, i);
        }

        return certificates;
    }

    public static byte[] ToDer(nint certificate)
    {
        var length = LibCrypto.i2d_X509(certificate, null);
        if (length <= 0)
        {
            throw new OpenSslException("i2d_X509");
        }

        var der = new byte[length];
        fixed (byte* start = der)
        {
            var at = start;
            _ = LibCrypto.i2d_X509(certificate, &at);
        }

        return der;
    }

    /// <param name="name">An X509_NAME.</param>
    public static byte[] NameToDer(nint name)
    {
        var der = new byte[Math.Max(0, LibCrypto.i2d_X509_NAME(name, null))];
        fixed (byte* start = der)
        {
            var at = start;
            _ = LibCrypto.i2d_X509_NAME(name, &at);
        }

        return der;
    }

    /// <summary>Our private key as an EVP_PKEY object; the caller frees it.</summary>
    public static nint KeyOf(X509Certificate2 own)
    {
        using AsymmetricAlgorithm key = own.GetECDsaPrivateKey() ?? (AsymmetricAlgorithm)own.GetRSAPrivateKey()!;
        var der = key.ExportPkcs8PrivateKey();
        try
        {
            fixed (byte* start = der)
            {
                var at = start;
                var native = LibCrypto.d2i_AutoPrivateKey(0, &at, der.Length);
                return native != 0 ? native : throw new OpenSslException("d2i_AutoPrivateKey");
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
    }
}
