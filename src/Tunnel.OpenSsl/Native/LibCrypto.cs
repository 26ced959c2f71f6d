using System.Runtime.InteropServices;

namespace Tunnel.OpenSsl;

/// <summary>
/// The functions of libcrypto 3 that we call, as declared in openssl/bio.h, err.h, evp.h, pem.h, provider.h, x509.h and
/// x509_vfy.h.
/// </summary>
internal static unsafe partial class LibCrypto
{
    private const string Library = "libcrypto.so.3";

    [LibraryImport(Library)]
    public static partial nint OpenSSL_version(int what);

    [LibraryImport(Library)]
    public static partial uint OPENSSL_version_major();

    [LibraryImport(Library)]
    public static partial uint OPENSSL_version_minor();

    [LibraryImport(Library)]
    public static partial nint OSSL_LIB_CTX_new();

    [LibraryImport(Library)]
    public static partial void OSSL_LIB_CTX_free(nint library);

    [LibraryImport(Library)]
    public static partial int EVP_default_properties_is_fips_enabled(nint library);

    [LibraryImport(Library)]
    public static partial int OSSL_PROVIDER_do_all(
        nint library,
        delegate* unmanaged<nint, void*, int> callback,
        void* argument
    );

    [LibraryImport(Library)]
    public static partial byte* OSSL_PROVIDER_get0_name(nint provider);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint OSSL_PROVIDER_load(nint library, string name);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint OSSL_PROVIDER_try_load(nint library, string name, int retainFallbacks);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OSSL_PROVIDER_add_builtin(
        nint library,
        string name,
        delegate* unmanaged<nint, OsslDispatch*, OsslDispatch**, nint*, int> initialize
    );

    [LibraryImport(Library)]
    public static partial nint OSSL_PROVIDER_get0_provider_ctx(nint provider);

    [LibraryImport(Library)]
    public static partial OsslAlgorithm* OSSL_PROVIDER_query_operation(nint provider, int operation, int* isVolatile);

    [LibraryImport(Library)]
    public static partial int OSSL_PROVIDER_get_capabilities(
        nint provider,
        byte* capability,
        nint callback,
        nint argument
    );

    [LibraryImport(Library)]
    public static partial void ERR_clear_error();

    [LibraryImport(Library)]
    public static partial nuint ERR_get_error();

    [LibraryImport(Library)]
    public static partial nint ERR_reason_error_string(nuint error);

    [LibraryImport(Library)]
    public static partial int BIO_get_new_index();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint BIO_meth_new(int type, string name);

    [LibraryImport(Library)]
    public static partial int BIO_meth_set_read(nint method, delegate* unmanaged<nint, byte*, int, int> read);

    [LibraryImport(Library)]
    public static partial int BIO_meth_set_write(nint method, delegate* unmanaged<nint, byte*, int, int> write);

    [LibraryImport(Library)]
    public static partial int BIO_meth_set_ctrl(nint method, delegate* unmanaged<nint, int, nint, nint, nint> ctrl);

    [LibraryImport(Library)]
    public static partial nint BIO_new(nint method);

    [LibraryImport(Library)]
    public static partial int BIO_free(nint bio);

    [LibraryImport(Library)]
    public static partial void BIO_set_init(nint bio, int done);

    [LibraryImport(Library)]
    public static partial void BIO_set_data(nint bio, nint data);

    [LibraryImport(Library)]
    public static partial nint BIO_get_data(nint bio);

    [LibraryImport(Library)]
    public static partial void BIO_set_flags(nint bio, int flags);

    [LibraryImport(Library)]
    public static partial void BIO_clear_flags(nint bio, int flags);

    [LibraryImport(Library)]
    public static partial nint BIO_new_mem_buf(byte* bytes, int length);

    [LibraryImport(Library)]
    public static partial nint d2i_AutoPrivateKey(nint target, byte** der, nint length);

    [LibraryImport(Library)]
    public static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint EVP_CIPHER_fetch(nint library, string name, nint properties);

    [LibraryImport(Library)]
    public static partial int EVP_CipherInit_ex2(
        nint context,
        nint cipher,
        byte* key,
        byte* iv,
        int encrypts,
        OsslParam* parameters
    );

    [LibraryImport(Library)]
    public static partial nint EVP_CIPHER_CTX_new();

    [LibraryImport(Library)]
    public static partial void EVP_CIPHER_CTX_free(nint context);

    [LibraryImport(Library)]
    public static partial int EVP_CIPHER_CTX_ctrl(nint context, int command, int number, byte* pointer);

    [LibraryImport(Library)]
    public static partial int EVP_CipherUpdate(nint context, byte* into, int* done, byte* from, int length);

    [LibraryImport(Library)]
    public static partial int EVP_CipherFinal_ex(nint context, byte* into, int* done);

    [LibraryImport(Library)]
    public static partial int EVP_MAC_CTX_set_params(nint context, OsslParam* parameters);

    [LibraryImport(Library)]
    public static partial nint d2i_X509(nint target, byte** der, nint length);

    [LibraryImport(Library)]
    public static partial int i2d_X509(nint certificate, byte** der);

    [LibraryImport(Library)]
    public static partial void X509_free(nint certificate);

    [LibraryImport(Library)]
    public static partial nint X509_STORE_new();

    [LibraryImport(Library)]
    public static partial void X509_STORE_free(nint store);

    [LibraryImport(Library)]
    public static partial int X509_STORE_add_cert(nint store, nint certificate);

    [LibraryImport(Library)]
    public static partial int X509_STORE_set_flags(nint store, nuint flags);

    [LibraryImport(Library)]
    public static partial int X509_STORE_add_crl(nint store, nint list);

    [LibraryImport(Library)]
    public static partial nint d2i_X509_CRL(nint target, byte** der, nint length);

    [LibraryImport(Library)]
    public static partial int X509_CRL_verify(nint list, nint key);

    [LibraryImport(Library)]
    public static partial nint X509_get0_pubkey(nint certificate);

    [LibraryImport(Library)]
    public static partial nint X509_get_subject_name(nint certificate);

    [LibraryImport(Library)]
    public static partial int i2d_X509_NAME(nint name, byte** der);

    [LibraryImport(Library)]
    public static partial nint X509_STORE_CTX_get_current_cert(nint storeContext);

    [LibraryImport(Library)]
    public static partial void X509_CRL_free(nint list);

    [LibraryImport(Library)]
    public static partial nint X509_CRL_get_issuer(nint list);

    [LibraryImport(Library)]
    public static partial int X509_CRL_get0_by_cert(nint list, nint* entry, nint certificate);

    [LibraryImport(Library)]
    public static partial nint X509_get_issuer_name(nint certificate);

    [LibraryImport(Library)]
    public static partial int X509_NAME_cmp(nint left, nint right);

    [LibraryImport(Library)]
    public static partial int X509_verify_cert(nint storeContext);

    [LibraryImport(Library)]
    public static partial int X509_STORE_CTX_get_error(nint storeContext);

    [LibraryImport(Library)]
    public static partial int X509_STORE_CTX_get_error_depth(nint storeContext);

    [LibraryImport(Library)]
    public static partial void X509_STORE_CTX_set_error(nint storeContext, int error);

    [LibraryImport(Library)]
    public static partial nint X509_STORE_CTX_get0_cert(nint storeContext);

    [LibraryImport(Library)]
    public static partial nint X509_STORE_CTX_get0_chain(nint storeContext);

    [LibraryImport(Library)]
    public static partial nint X509_STORE_CTX_get0_untrusted(nint storeContext);

    [LibraryImport(Library)]
    public static partial nint X509_verify_cert_error_string(nint error);

    [LibraryImport(Library)]
    public static partial int OPENSSL_sk_num(nint stack);

    [LibraryImport(Library)]
    public static partial nint OPENSSL_sk_value(nint stack, int index);
}
