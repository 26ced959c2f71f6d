using System.Security.Cryptography.X509Certificates;
using System.Text;
using Tunnel.Tls;

namespace Tunnel.Tls.OpenSslBackend;

/// <summary>Certificates and keys across the border: DER for what .NET has parsed, PEM for keys that only OpenSSL can read.</summary>
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

    /// <summary>The X509 objects of a stack, which stay the stack's; none of a null pointer.</summary>
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

    /// <summary>An EVP_PKEY object; the caller frees it.</summary>
    public static nint ReadKey(OwnCertificate own)
    {
        var pem = File.ReadAllBytes(own.KeyFile);
        // Never null: without a password OpenSSL would ask for one on the terminal.
        var password = Encoding.UTF8.GetBytes((own.Password?.Reveal() ?? "") + '\0');
        try
        {
            fixed (byte* bytes = pem)
            fixed (byte* secret = password)
            {
                var bio = LibCrypto.BIO_new_mem_buf(bytes, pem.Length);
                // No BIO: the file has become empty since it was looked at.
                var key = bio == 0 ? 0 : LibCrypto.PEM_read_bio_PrivateKey(bio, 0, 0, secret);
                _ = LibCrypto.BIO_free(bio);
                return key != 0
                    ? key
                    : throw new CertificateException(
                        $"key file {own.KeyFile}: OpenSSL cannot read it ({OpenSslError.Drain()})"
                    );
            }
        }
        finally
        {
            Array.Clear(pem);
            Array.Clear(password);
        }
    }
}
