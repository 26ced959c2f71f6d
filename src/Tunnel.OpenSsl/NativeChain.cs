using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using Tunnel.Tls;
using Flags = System.Security.Cryptography.X509Certificates.X509ChainStatusFlags;

namespace Tunnel.OpenSsl;

/// <summary>
/// A chain as OpenSSL has built and judged it. The words for a refusal come from that verdict and from the fields of
/// the certificates it is about: no signature is verified again, and only the certificates needed for them are read.
/// </summary>
internal static class NativeChain
{
    /// <summary>From the leaf to the trust anchor, after a good verdict.</summary>
    public static JudgedChain Read(nint storeContext) =>
        JudgedChain.Good([.. Built(storeContext).Select(NativeCertificates.ToManaged)]);

    /// <summary>Why <c>X509_verify_cert</c> has refused.</summary>
    public static PeerVerdict Explain(nint storeContext, PeerPolicy policy, NativeCrls? crls)
    {
        var error = LibCrypto.X509_STORE_CTX_get_error(storeContext);
        var built = Built(storeContext);
        var depth = Math.Clamp(
            LibCrypto.X509_STORE_CTX_get_error_depth(storeContext),
            0,
            Math.Max(built.Length - 1, 0)
        );
        var leaf = NativeCertificates.ToManaged(LibCrypto.X509_STORE_CTX_get0_cert(storeContext));
        if (crls?.Explain(error, leaf, storeContext) is { } revoked)
        {
            if (revoked.Code == RefusalCode.RevocationUnknown)
            {
                // internal_error: the fault is ours.
                LibCrypto.X509_STORE_CTX_set_error(storeContext, VerifyErrors.Unspecified);
            }

            return PeerVerdict.No(leaf, revoked);
        }

        var certificates = new List<X509Certificate2> { leaf };
        var faults = new List<Flags> { depth == 0 ? VerifyErrors.Of(error) : Flags.NoError };
        // Besides the leaf, the one at fault and the last one: the anchor, or the certificate whose issuer was not
        // found. For names all of them, because any may have the constraints.
        for (var i = 1; i < built.Length; i++)
        {
            if (i == depth || i == built.Length - 1 || VerifyErrors.IsAboutNames(error))
            {
                certificates.Add(NativeCertificates.ToManaged(built[i]));
                faults.Add(i == depth ? VerifyErrors.Of(error) : Flags.NoError);
            }
        }

        return PeerVerdict.No(leaf, policy.Explain(new JudgedChain(certificates, faults), WordsFor(error)));
    }

    private static nint[] Built(nint storeContext) =>
        NativeCertificates.InStack(LibCrypto.X509_STORE_CTX_get0_chain(storeContext));

    private static string WordsFor(int error)
    {
        var words = Marshal.PtrToStringUTF8(LibCrypto.X509_verify_cert_error_string(error)) ?? "verification failed";
        return VerifyErrors.IsAboutStrength(error)
            ? $"OpenSSL on this system requires stronger certificates than we do ({words}): see the security level "
                + "(SECLEVEL) in "
                + "its openssl.cnf, and issue the peer's certificate again with a longer key or a better hash"
            : words;
    }
}
