using Tunnel.Tls;

namespace Tunnel.OpenSsl;

/// <summary>An X509_CRL object and what the list says about itself.</summary>
internal sealed unsafe class NativeCrl : IDisposable
{
    public NativeCrl(RevocationList facts)
    {
        Facts = facts;
        fixed (byte* start = facts.Der)
        {
            var at = start;
            Handle = LibCrypto.d2i_X509_CRL(0, &at, facts.Der.Length);
        }

        if (Handle == 0)
        {
            throw new OpenSslException("d2i_X509_CRL");
        }
    }

    public nint Handle { get; private set; }

    public RevocationList Facts { get; }

    /// <param name="name">An X509_NAME; letters compare without regard to case (RFC 5280 section 7.1).</param>
    public bool IsIssuedBy(nint name) => LibCrypto.X509_NAME_cmp(LibCrypto.X509_CRL_get_issuer(Handle), name) == 0;

    /// <param name="certificate">An X509.</param>
    public bool IsSignedBy(nint certificate)
    {
        var isGood = LibCrypto.X509_CRL_verify(Handle, LibCrypto.X509_get0_pubkey(certificate)) == 1;
        LibCrypto.ERR_clear_error();
        return isGood;
    }

    public void Dispose()
    {
        LibCrypto.X509_CRL_free(Handle);
        Handle = 0;
    }
}
