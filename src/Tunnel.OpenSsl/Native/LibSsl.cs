using System.Runtime.InteropServices;

namespace Tunnel.OpenSsl;

/// <summary>
/// The functions of libssl 3 that we call, as declared in openssl/ssl.h. Macros over the ctrl functions are at the end.
/// </summary>
internal static unsafe partial class LibSsl
{
    private const string Library = "libssl.so.3";

    [LibraryImport(Library)]
    public static partial int OPENSSL_init_ssl(ulong options, nint settings);

    [LibraryImport(Library)]
    public static partial nint TLS_method();

    [LibraryImport(Library)]
    public static partial nint SSL_CTX_new_ex(nint library, nint properties, nint method);

    [LibraryImport(Library)]
    public static partial void SSL_CTX_free(nint context);

    [LibraryImport(Library)]
    public static partial nint SSL_CTX_ctrl(nint context, int command, nint number, nint pointer);

    [LibraryImport(Library)]
    public static partial ulong SSL_CTX_set_options(nint context, ulong options);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SSL_CTX_set_cipher_list(nint context, string list);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SSL_CTX_set_ciphersuites(nint context, string list);

    [LibraryImport(Library)]
    public static partial int SSL_CTX_use_certificate(nint context, nint certificate);

    [LibraryImport(Library)]
    public static partial int SSL_CTX_use_PrivateKey(nint context, nint key);

    [LibraryImport(Library)]
    public static partial int SSL_CTX_check_private_key(nint context);

    [LibraryImport(Library)]
    public static partial void SSL_CTX_set1_cert_store(nint context, nint store);

    [LibraryImport(Library)]
    public static partial void SSL_CTX_set_verify(nint context, int mode, nint callback);

    [LibraryImport(Library)]
    public static partial void SSL_CTX_set_cert_verify_callback(
        nint context,
        delegate* unmanaged<nint, nint, int> callback,
        nint argument
    );

    [LibraryImport(Library)]
    public static partial int SSL_CTX_add_client_CA(nint context, nint certificate);

    [LibraryImport(Library)]
    public static partial int SSL_CTX_set_session_id_context(nint context, byte* id, uint length);

    [LibraryImport(Library)]
    public static partial int SSL_CTX_set_num_tickets(nint context, nuint count);

    [LibraryImport(Library)]
    public static partial int SSL_CTX_add_custom_ext(
        nint context,
        uint type,
        uint where,
        delegate* unmanaged<nint, uint, uint, byte**, nuint*, nint, nuint, int*, nint, int> add,
        nint free,
        nint addArgument,
        delegate* unmanaged<nint, uint, uint, byte*, nuint, nint, nuint, int*, nint, int> parse,
        nint parseArgument
    );

    /// <returns>The previous value, in seconds.</returns>
    [LibraryImport(Library)]
    public static partial nint SSL_CTX_set_timeout(nint context, nint seconds);

    [LibraryImport(Library)]
    public static partial int SSL_CTX_set_tlsext_ticket_key_evp_cb(
        nint context,
        delegate* unmanaged<nint, byte*, byte*, nint, nint, int, int> callback
    );

    [LibraryImport(Library)]
    public static partial void SSL_CTX_sess_set_new_cb(nint context, delegate* unmanaged<nint, nint, int> callback);

    [LibraryImport(Library)]
    public static partial int SSL_CTX_set_alpn_protos(nint context, byte* protocols, uint length);

    [LibraryImport(Library)]
    public static partial void SSL_CTX_set_alpn_select_cb(
        nint context,
        delegate* unmanaged<nint, byte**, byte*, byte*, uint, nint, int> callback,
        nint argument
    );

    [LibraryImport(Library)]
    public static partial void SSL_CTX_set_keylog_callback(
        nint context,
        delegate* unmanaged<nint, byte*, void> callback
    );

    [LibraryImport(Library)]
    public static partial nint SSL_new(nint context);

    [LibraryImport(Library)]
    public static partial void SSL_free(nint ssl);

    [LibraryImport(Library)]
    public static partial nint SSL_ctrl(nint ssl, int command, nint number, nint pointer);

    [LibraryImport(Library)]
    public static partial void SSL_set_accept_state(nint ssl);

    [LibraryImport(Library)]
    public static partial void SSL_set_connect_state(nint ssl);

    [LibraryImport(Library)]
    public static partial void SSL_set_bio(nint ssl, nint read, nint write);

    [LibraryImport(Library)]
    public static partial int SSL_do_handshake(nint ssl);

    [LibraryImport(Library)]
    public static partial int SSL_read_ex(nint ssl, byte* buffer, nuint room, nuint* read);

    [LibraryImport(Library)]
    public static partial int SSL_write_ex(nint ssl, byte* bytes, nuint length, nuint* written);

    [LibraryImport(Library)]
    public static partial int SSL_shutdown(nint ssl);

    [LibraryImport(Library)]
    public static partial int SSL_get_error(nint ssl, int result);

    [LibraryImport(Library)]
    public static partial int SSL_has_pending(nint ssl);

    [LibraryImport(Library)]
    public static partial int SSL_version(nint ssl);

    [LibraryImport(Library)]
    public static partial nint SSL_get_version(nint ssl);

    [LibraryImport(Library)]
    public static partial nint SSL_get_current_cipher(nint ssl);

    [LibraryImport(Library)]
    public static partial nint SSL_CIPHER_standard_name(nint cipher);

    /// <returns>A name that belongs to the library; 0 for a group that it does not know.</returns>
    [LibraryImport(Library)]
    public static partial nint SSL_group_to_name(nint ssl, int group);

    [LibraryImport(Library)]
    public static partial nint SSL_get1_peer_certificate(nint ssl);

    [LibraryImport(Library)]
    public static partial int SSL_session_reused(nint ssl);

    [LibraryImport(Library)]
    public static partial int SSL_is_server(nint ssl);

    [LibraryImport(Library)]
    public static partial void SSL_set_shutdown(nint ssl, int mode);

    [LibraryImport(Library)]
    public static partial int SSL_set_session(nint ssl, nint session);

    [LibraryImport(Library)]
    public static partial int SSL_set_num_tickets(nint ssl, nuint count);

    /// <returns>In seconds; 0 for a session without a ticket.</returns>
    [LibraryImport(Library)]
    public static partial nuint SSL_SESSION_get_ticket_lifetime_hint(nint session);

    /// <returns>A reference that belongs to the connection.</returns>
    [LibraryImport(Library)]
    public static partial nint SSL_get_session(nint ssl);

    [LibraryImport(Library)]
    public static partial int SSL_SESSION_set1_ticket_appdata(nint session, byte* data, nuint length);

    [LibraryImport(Library)]
    public static partial int SSL_SESSION_get0_ticket_appdata(nint session, byte** data, nuint* length);

    [LibraryImport(Library)]
    public static partial nint SSL_SESSION_dup(nint session);

    [LibraryImport(Library)]
    public static partial void SSL_SESSION_free(nint session);

    [LibraryImport(Library)]
    public static partial void SSL_get0_alpn_selected(nint ssl, byte** protocol, uint* length);

    // Numbers for the macros of ssl.h and tls1.h.
    private const int CtrlMode = 33;
    private const int CtrlSessionCacheSize = 42;
    private const int CtrlSessionCacheMode = 44;
    private const int CtrlSetMaxCertificateList = 51;
    private const int CtrlSetServerName = 55;
    private const int CtrlChainCertificate = 89;
    private const int CtrlSetGroupsList = 92;
    private const int CtrlSetMinProtocolVersion = 123;
    private const int CtrlSetMaxProtocolVersion = 124;
    private const int CtrlGetNegotiatedGroup = 134;

    public static nint SetMode(nint context, int mode) => SSL_CTX_ctrl(context, CtrlMode, mode, 0);

    public static nint SetSessionCacheMode(nint context, int mode) =>
        SSL_CTX_ctrl(context, CtrlSessionCacheMode, mode, 0);

    public static nint SetSessionCacheSize(nint context, int sessions) =>
        SSL_CTX_ctrl(context, CtrlSessionCacheSize, sessions, 0);

    public static nint SetMaxCertificateList(nint context, int bytes) =>
        SSL_CTX_ctrl(context, CtrlSetMaxCertificateList, bytes, 0);

    public static bool SetVersions(nint context, int minimum, int maximum) =>
        SSL_CTX_ctrl(context, CtrlSetMinProtocolVersion, minimum, 0) == 1
        && SSL_CTX_ctrl(context, CtrlSetMaxProtocolVersion, maximum, 0) == 1;

    /// <summary>Takes its own reference.</summary>
    public static bool AddChainCertificate(nint context, nint certificate) =>
        SSL_CTX_ctrl(context, CtrlChainCertificate, 1, certificate) == 1;

    public static bool SetGroups(nint context, byte* list) =>
        SSL_CTX_ctrl(context, CtrlSetGroupsList, 0, (nint)list) == 1;

    /// <returns>0: no group was agreed on.</returns>
    public static int NegotiatedGroup(nint ssl) => (int)SSL_ctrl(ssl, CtrlGetNegotiatedGroup, 0, 0);

    public static bool SetServerName(nint ssl, byte* name) => SSL_ctrl(ssl, CtrlSetServerName, 0, (nint)name) == 1;
}
