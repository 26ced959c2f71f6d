using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using Tunnel.Tls;

namespace Tunnel.OpenSsl;

/// <summary>
/// The certificate revocation lists of a tunnel as OpenSSL's objects (RFC 5280 section 5). OpenSSL checks them in each
/// full handshake, with their signature and validity; resumed handshakes use <see cref="JudgeAgain"/>.
/// </summary>
internal sealed unsafe class NativeCrls : IDisposable
{
    // x509_vfy.h: every certificate of the chain needs a CRL, and a missing or expired one is a failure.
    private const nuint FlagCrlCheck = 0x4;
    private const nuint FlagCrlCheckAll = 0x8;

    private const int ErrorUnableToGetCrl = 3;
    private const int ErrorCrlSignatureFailure = 8;
    private const int ErrorCrlNotYetValid = 11;
    private const int ErrorCrlHasExpired = 12;
    private const int ErrorCertificateRevoked = 23;
    private const int ErrorKeyUsageNoCrlSign = 35;
    private const int ErrorUnhandledCriticalExtension = 36;
    private const int ErrorDifferentScope = 44;

    // Rare faults of the list: an undecodable signature, invalid dates, no issuer, an issuer that cannot be found.
    private static readonly int[] _rareErrors = [5, 15, 16, 33, 54];

    private readonly string _file;
    private readonly List<NativeCrl> _lists = [];

    /// <exception cref="TlsSetupException">OpenSSL cannot read one of them.</exception>
    public NativeCrls(RevocationLists lists)
    {
        _file = lists.File;
        Digest = lists.Digest;
        try
        {
            foreach (var list in lists.Lists)
            {
                _lists.Add(Native(list, _lists.Count + 1));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>SHA-256 of the file.</summary>
    public byte[] Digest { get; }

    public IReadOnlyList<NativeCrl> Lists => _lists;

    public void AddTo(nint store)
    {
        // Some libssl (3.0.19 of Debian) take a list of changes for a complete one.
        foreach (var list in _lists.Where(list => !list.Facts.IsDelta))
        {
            if (LibCrypto.X509_STORE_add_crl(store, list.Handle) != 1)
            {
                throw new OpenSslException("X509_STORE_add_crl");
            }
        }

        _ = LibCrypto.X509_STORE_set_flags(store, FlagCrlCheck | FlagCrlCheckAll);
    }

    /// <summary>Plain words for OpenSSL's verdict, if it concerns revocation; null otherwise.</summary>
    /// <param name="storeContext">Knows at which certificate of the chain the verdict was found.</param>
    public Refusal? Explain(int error, X509Certificate2 leaf, nint storeContext)
    {
        if (error == ErrorCertificateRevoked)
        {
            return Revoked(leaf);
        }

        if (WordsFor(error) is not { } words)
        {
            return null;
        }

        var current = LibCrypto.X509_STORE_CTX_get_current_cert(storeContext);
        using var certificate = current == 0 ? null : NativeCertificates.ToManaged(current);
        return Unusable(words, certificate ?? leaf);
    }

    /// <summary>
    /// A ticket or a live session may be older than the CRL, or the CRL may have expired since, so the certificate is
    /// looked up again. Of several lists of its issuer, one that names it is enough to refuse, and one must be in date.
    /// </summary>
    public Refusal? JudgeAgain(X509Certificate2 certificate)
    {
        var native = NativeCertificates.FromManaged(certificate);
        try
        {
            var issuer = LibCrypto.X509_get_issuer_name(native);
            var verdict = ErrorUnableToGetCrl;
            foreach (var list in _lists.Where(list => list.IsIssuedBy(issuer)))
            {
                nint entry;
                if (LibCrypto.X509_CRL_get0_by_cert(list.Handle, &entry, native) == 1)
                {
                    return Revoked(certificate);
                }

                verdict =
                    verdict == 0 || (!list.Facts.IsDelta && list.Facts.IsInDate(DateTimeOffset.UtcNow))
                        ? 0
                        : ErrorCrlHasExpired;
            }

            return verdict == 0 ? null : Unusable(WordsFor(verdict)!, certificate);
        }
        finally
        {
            LibCrypto.X509_free(native);
        }
    }

    public void Dispose()
    {
        _lists.ForEach(list => list.Dispose());
        _lists.Clear();
    }

    private NativeCrl Native(RevocationList list, int number)
    {
        try
        {
            return new NativeCrl(list);
        }
        catch (OpenSslException e)
        {
            // It reads all of a list, where we look at what we need.
            throw new TlsSetupException(
                Trouble.Of($"CRL file {_file}: CRL no. {number} is damaged ({e.Message})", "fetch it again from its CA")
            );
        }
    }

    private Refusal Revoked(X509Certificate2 leaf) =>
        new(RefusalCode.Revoked, $"certificate {NameText.Subject(leaf)} or a CA above it is revoked by {_file}");

    /// <summary>Our fault, not the peer's: we cannot judge its certificate.</summary>
    private Refusal Unusable(string words, X509Certificate2 certificate) =>
        new(
            RefusalCode.RevocationUnknown,
            $"it is unknown whether {NameText.Subject(certificate)} is revoked: "
                + $"{_file} {words} (CRL of {NameText.Issuer(certificate)})"
        );

    private static string? WordsFor(int error) =>
        error switch
        {
            ErrorUnableToGetCrl => "has no CRL of every CA in the chain, so nobody is let in: add the missing one",
            ErrorCrlHasExpired => "has an expired CRL, so nobody is let in: fetch the new one",
            ErrorCrlNotYetValid => "has a CRL that is not valid yet, so nobody is let in: check the clock",
            ErrorCrlSignatureFailure => "has a CRL with a bad signature, so nobody is let in: fetch it again",
            ErrorKeyUsageNoCrlSign => "has a CRL whose CA must not sign CRLs (its key usage lacks cRLSign)",
            ErrorUnhandledCriticalExtension => "has a CRL with a critical extension that OpenSSL does not know",
            ErrorDifferentScope => "has a CRL that covers only other certificates of this CA: add the complete one",
            _ when _rareErrors.Contains(error) => $"has a CRL that OpenSSL cannot use "
                + $"({Marshal.PtrToStringUTF8(LibCrypto.X509_verify_cert_error_string(error))})",
            _ => null,
        };
}
