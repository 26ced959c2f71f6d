using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls.OpenSslBackend;

/// <summary>
/// The certificate revocation lists of one PEM file (RFC 5280 section 5). OpenSSL checks them in each full handshake,
/// their signature and validity included; resumed handshakes ask <see cref="JudgeResumed"/>.
/// </summary>
internal sealed unsafe class CrlFile : IDisposable
{
    // x509_vfy.h: every certificate of the chain needs a CRL; a missing or outdated one is a failure, not a shrug.
    private const nuint FlagCrlCheck = 0x4;
    private const nuint FlagCrlCheckAll = 0x8;

    private const int ErrorUnableToGetCrl = 3;
    private const int ErrorCrlSignatureFailure = 8;
    private const int ErrorCrlNotYetValid = 11;
    private const int ErrorCrlHasExpired = 12;
    private const int ErrorCertificateRevoked = 23;

    // PEM_R_NO_START_LINE of pemerr.h, in words.
    private const string EndOfPem = "no start line";

    private readonly string _file;
    private readonly List<nint> _lists = [];

    /// <exception cref="CertificateException">The file cannot be read or holds no CRL.</exception>
    public CrlFile(string file)
    {
        _file = file;
        try
        {
            LibCrypto.ERR_clear_error();
            var pem = File.ReadAllBytes(file);
            Digest = SHA256.HashData(pem);
            Load(pem);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CertificateException($"CRL file {file} cannot be read: {e.Message}");
        }

        if (_lists.Count == 0)
        {
            throw new CertificateException($"CRL file {file} holds no PEM block 'X509 CRL'");
        }
    }

    /// <summary>SHA-256 of the file.</summary>
    public byte[] Digest { get; }

    public void AddTo(nint store)
    {
        foreach (var list in _lists)
        {
            if (LibCrypto.X509_STORE_add_crl(store, list) != 1)
            {
                throw new OpenSslException("X509_STORE_add_crl");
            }
        }

        _ = LibCrypto.X509_STORE_set_flags(store, FlagCrlCheck | FlagCrlCheckAll);
    }

    /// <summary>Plain words for OpenSSL's verdict, if it concerns revocation; null otherwise.</summary>
    public Refusal? Explain(int error, X509Certificate2 leaf) =>
        error switch
        {
            ErrorCertificateRevoked => Revoked(leaf),
            ErrorUnableToGetCrl => new(
                RefusalCode.Revoked,
                $"{_file} has no CRL of every CA in the chain, so nobody is let in"
            ),
            ErrorCrlHasExpired => new(
                RefusalCode.Revoked,
                $"a CRL in {_file} is outdated, so nobody is let in: fetch the new one"
            ),
            ErrorCrlNotYetValid => new(RefusalCode.Revoked, $"a CRL in {_file} is not valid yet: check the clock"),
            ErrorCrlSignatureFailure => new(RefusalCode.Revoked, $"a CRL in {_file} has a bad signature"),
            _ => null,
        };

    /// <summary>
    /// A ticket may be older than the CRL, or the CRL outdated since: the leaf is looked up again. Of several lists of
    /// its issuer one that names it is enough for a refusal, and one must be in date.
    /// </summary>
    public Refusal? JudgeResumed(X509Certificate2 leaf)
    {
        var native = NativeCertificates.FromManaged(leaf);
        try
        {
            var issuer = LibCrypto.X509_get_issuer_name(native);
            var verdict = ErrorUnableToGetCrl;
            foreach (var list in _lists)
            {
                if (LibCrypto.X509_NAME_cmp(LibCrypto.X509_CRL_get_issuer(list), issuer) != 0)
                {
                    continue;
                }

                nint entry;
                if (LibCrypto.X509_CRL_get0_by_cert(list, &entry, native) == 1)
                {
                    return Revoked(leaf);
                }

                verdict = verdict == 0 || IsInDate(list) ? 0 : ErrorCrlHasExpired;
            }

            return Explain(verdict, leaf);
        }
        finally
        {
            LibCrypto.X509_free(native);
        }
    }

    public void Dispose()
    {
        _lists.ForEach(LibCrypto.X509_CRL_free);
        _lists.Clear();
    }

    private Refusal Revoked(X509Certificate2 leaf) =>
        new(RefusalCode.Revoked, $"certificate {SafeText.Escape(leaf.Subject)} or a CA above it is revoked by {_file}");

    // Negative: before now. A list without an end never ends (RFC 5280 section 5.1.2.5 forbids it).
    private static bool IsInDate(nint list) =>
        LibCrypto.X509_CRL_get0_nextUpdate(list) is var end
        && (end == 0 || LibCrypto.X509_cmp_current_time(end) > 0)
        && LibCrypto.X509_cmp_current_time(LibCrypto.X509_CRL_get0_lastUpdate(list)) < 0;

    private void Load(byte[] pem)
    {
        fixed (byte* bytes = pem)
        {
            var bio = LibCrypto.BIO_new_mem_buf(bytes, pem.Length);
            // No BIO: an empty file.
            while (bio != 0 && LibCrypto.PEM_read_bio_X509_CRL(bio, 0, 0, 0) is var list and not 0)
            {
                _lists.Add(list);
            }

            _ = LibCrypto.BIO_free(bio);
        }

        // The end of the file is an error to PEM_read_bio; any other is a list that cannot be read.
        var why = OpenSslError.Drain();
        if (_lists.Count > 0 && why != EndOfPem)
        {
            Dispose();
            throw new CertificateException($"CRL file {_file} holds a CRL that cannot be read: {why}");
        }
    }
}
