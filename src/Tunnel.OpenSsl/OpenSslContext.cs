using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Tunnel.Config;
using Tunnel.Tls;

namespace Tunnel.OpenSsl;

/// <summary>
/// An SSL_CTX made from a profile: built once, shared by all handshakes of all tunnels that need the same
/// (<see cref="SharedContexts"/>), never changed afterwards.
/// </summary>
internal sealed unsafe class OpenSslContext : IDisposable
{
    // ssl.h
    private const ulong OptionNoCompression = 1ul << 17;
    private const ulong OptionNoRenegotiation = 1ul << 30;
    private const ulong OptionNoTicket = 1ul << 14;
    private const int VerifyPeer = 0x01;
    private const int VerifyFailIfNoPeerCertificate = 0x02;
    private const int SessionCacheOff = 0x0000;
    private const int SessionCacheClient = 0x0001;
    private const int SessionCacheServer = 0x0002;
    private const int SessionCacheNoInternal = 0x0300;
    private const int Tls12Version = 0x0303;
    private const int Tls13Version = 0x0304;

    // A retried write may come from another buffer; a connection keeps libssl's record buffers only while it uses them;
    // and we send the chain as in the file: searching for more costs a quarter of every handshake.
    private const int ModeAcceptMovingWriteBuffer = 0x02;
    private const int ModeNoAutoChain = 0x08;
    private const int ModeReleaseBuffers = 0x10;

    // One ticket a connection, because a client keeps only the last one; none for a client that asks for none
    // (TicketRequest).
    private const uint Tickets = 1;

    // About 13 KiB each. A tunnel client has one or two at a time; beyond this limit the owners of the oldest need a
    // full handshake.
    internal const int CachedSessions = 2048;

    public OpenSslContext(TlsProfile profile)
    {
        LibCrypto.ERR_clear_error();
        Handle = LibSsl.SSL_CTX_new_ex(LeanLibrary.Context, 0, LibSsl.TLS_method());
        Check(Handle != 0, "SSL_CTX_new_ex");
        try
        {
            LibSsl.SSL_CTX_set_options(Handle, OptionNoCompression | OptionNoRenegotiation);
            LibSsl.SetMode(Handle, ModeAcceptMovingWriteBuffer | ModeNoAutoChain | ModeReleaseBuffers);
            var minimum = profile.Versions.HasFlag(SslProtocols.Tls12) ? Tls12Version : Tls13Version;
            var maximum = profile.Versions.HasFlag(SslProtocols.Tls13) ? Tls13Version : Tls12Version;
            Check(LibSsl.SetVersions(Handle, minimum, maximum), "SSL_CTX_set_min_proto_version");
            LibSsl.SSL_CTX_set_keylog_callback(Handle, &OpenSslCallbacks.KeyLog);
            ChooseCiphers(profile);
            UseOwnCertificate(profile);
            Trust(profile);
            if (profile.Role == TunnelRole.Server)
            {
                PrepareServer(profile);
            }
            else
            {
                PrepareClient(profile);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public nint Handle { get; private set; }

    /// <summary>Null: revocation is not checked.</summary>
    public NativeCrls? Crls { get; private set; }

    /// <summary>Whom it has found good.</summary>
    public VerifiedPeers Peers { get; } = new();

    /// <summary>What a user should know about the files that only OpenSSL can judge.</summary>
    public IEnumerable<TlsNotice> Inspect(TlsProfile profile, DateTimeOffset now)
    {
        if (CaNames.Notice(profile) is { } notice)
        {
            yield return notice;
        }

        if (Crls is not null)
        {
            foreach (var found in CrlInspection.Of(Crls, profile.Crls!, profile.Policy.Anchors!, now))
            {
                yield return found;
            }
        }
    }

    /// <summary>SSL objects hold their own references, so connections continue.</summary>
    public void Dispose()
    {
        LibSsl.SSL_CTX_free(Handle);
        Handle = 0;
        Crls?.Dispose();
    }

    private void UseOwnCertificate(TlsProfile profile)
    {
        if (profile.Own is not { } own)
        {
            return;
        }

        var leaf = NativeCertificates.FromManaged(own.Leaf);
        var used = LibSsl.SSL_CTX_use_certificate(Handle, leaf);
        LibCrypto.X509_free(leaf);
        Accepted(used == 1, own, own.Leaf);
        foreach (var intermediate in own.Intermediates)
        {
            var native = NativeCertificates.FromManaged(intermediate);
            var added = LibSsl.AddChainCertificate(Handle, native);
            LibCrypto.X509_free(native);
            Accepted(added, own, intermediate);
        }

        var key = NativeCertificates.KeyOf(own.Leaf);
        used = LibSsl.SSL_CTX_use_PrivateKey(Handle, key);
        LibCrypto.EVP_PKEY_free(key);
        Check(used == 1 && LibSsl.SSL_CTX_check_private_key(Handle) == 1, "SSL_CTX_use_PrivateKey");
    }

    /// <summary>Our rule of strength has been applied; a system may require more.</summary>
    private static void Accepted(bool accepted, OwnCertificate own, X509Certificate2 certificate)
    {
        if (!accepted)
        {
            throw new TlsSetupException(
                Trouble.Of(
                    $"certificate file {own.CertFile}: OpenSSL does not accept {NameText.Subject(certificate)} "
                        + $"({OpenSslError.Drain()})",
                    "issue it again with a longer key or a better hash, or check the security level (SECLEVEL) in the "
                        + "system's openssl.cnf",
                    ": "
                )
            );
        }
    }

    private void Trust(TlsProfile profile)
    {
        if (profile.Policy.Anchors is not { } anchors)
        {
            return;
        }

        var store = LibCrypto.X509_STORE_new();
        Check(store != 0, "X509_STORE_new");
        try
        {
            foreach (var anchor in anchors.Certificates)
            {
                WithNative(anchor, native => LibCrypto.X509_STORE_add_cert(store, native) == 1, "X509_STORE_add_cert");
            }

            foreach (var named in profile.Role == TunnelRole.Server ? CaNames.Of(anchors) : [])
            {
                WithNative(named, native => LibSsl.SSL_CTX_add_client_CA(Handle, native) == 1, "SSL_CTX_add_client_CA");
            }

            if (profile.Crls is { } lists)
            {
                Crls = new NativeCrls(lists);
                Crls.AddTo(store);
            }

            LibSsl.SSL_CTX_set1_cert_store(Handle, store);
        }
        finally
        {
            LibCrypto.X509_STORE_free(store);
        }

        LibSsl.SSL_CTX_set_verify(Handle, VerifyPeer | VerifyFailIfNoPeerCertificate, 0);
        LibSsl.SSL_CTX_set_cert_verify_callback(Handle, &OpenSslCallbacks.Verify, 0);
    }

    private static void WithNative(X509Certificate2 anchor, Func<nint, bool> add, string call)
    {
        var native = NativeCertificates.FromManaged(anchor);
        var isAdded = add(native);
        LibCrypto.X509_free(native);
        Check(isAdded, call);
    }

    private void ChooseCiphers(TlsProfile profile)
    {
        if (profile.Ciphers is { } ciphers && LibSsl.SSL_CTX_set_cipher_list(Handle, ciphers) != 1)
        {
            throw Unknown("ciphers", ciphers, "openssl ciphers -tls1_2");
        }

        if (profile.CipherSuites is { } suites && LibSsl.SSL_CTX_set_ciphersuites(Handle, suites) != 1)
        {
            throw Unknown("ciphersuites", suites, "openssl ciphers -s -tls1_3");
        }

        if (profile.KeyExchange == KeyExchange.PostQuantum)
        {
            KeyExchangeGroups.RequirePostQuantum(Handle);
        }
        else if (profile.Groups is { } groups)
        {
            if (!KeyExchangeGroups.Set(Handle, groups))
            {
                throw Unknown("groups", groups, "openssl ecparam -list_curves");
            }
        }
        else if (profile.KeyExchange == KeyExchange.EllipticCurves)
        {
            Check(KeyExchangeGroups.PreferPostQuantum(Handle), "SSL_CTX_set1_groups_list");
        }
    }

    private static TlsSetupException Unknown(string key, string value, string command)
    {
        _ = OpenSslError.Drain();
        return new TlsSetupException(
            Trouble.Of(
                $"tls.{key}: OpenSSL does not recognise every name in '{value}'",
                $"`{command}` lists the names it knows"
            )
        );
    }

    private void PrepareServer(TlsProfile profile)
    {
        var resumption = profile.SessionResumption;
        // A ticket that holds the session holds the client's certificate, and parsing it and decoding its key is a
        // fifth of a resumed handshake. So a ticket is a number in a cache, unless other servers must accept it.
        var isCached = resumption && profile.TicketSecrets is null;
        LibSsl.SetSessionCacheMode(Handle, isCached ? SessionCacheServer : SessionCacheOff);
        LibSsl.SetSessionCacheSize(Handle, CachedSessions);
        if (isCached || !resumption)
        {
            LibSsl.SSL_CTX_set_options(Handle, OptionNoTicket);
        }

        if (resumption)
        {
            TicketRequest.Honour(Handle);
        }

        Check(LibSsl.SSL_CTX_set_num_tickets(Handle, resumption ? Tickets : 0u) == 1, "SSL_CTX_set_num_tickets");
        _ = LibSsl.SSL_CTX_set_timeout(Handle, (nint)TicketKeyRing.PeriodLength.TotalSeconds);
        fixed (byte* id = SessionIdContext.Of(profile, Crls?.Digest))
        {
            Check(
                LibSsl.SSL_CTX_set_session_id_context(Handle, id, SessionIdContext.Length) == 1,
                "SSL_CTX_set_session_id_context"
            );
        }

        if (profile.TicketSecrets is not null)
        {
            Check(
                LibSsl.SSL_CTX_set_tlsext_ticket_key_evp_cb(Handle, &OpenSslCallbacks.TicketKey) == 1,
                "SSL_CTX_set_tlsext_ticket_key_evp_cb"
            );
        }

        _ = LibSsl.SetMaxCertificateList(Handle, ChainLimits.MostClientBytes);
        LibSsl.SSL_CTX_set_alpn_select_cb(Handle, &OpenSslCallbacks.SelectProtocol, 0);
    }

    private void PrepareClient(TlsProfile profile)
    {
        var resumption = profile.SessionResumption;
        LibSsl.SetSessionCacheMode(Handle, resumption ? SessionCacheClient | SessionCacheNoInternal : SessionCacheOff);
        if (resumption)
        {
            LibSsl.SSL_CTX_sess_set_new_cb(Handle, &OpenSslCallbacks.NewSession);
            TicketRequest.Send(Handle);
        }
        else
        {
            LibSsl.SSL_CTX_set_options(Handle, OptionNoTicket);
        }

        var offer = ProtocolNames.ToWire(profile.ApplicationProtocols);
        fixed (byte* bytes = offer)
        {
            // This function returns 0 for success; an empty list offers nothing.
            Check(LibSsl.SSL_CTX_set_alpn_protos(Handle, bytes, (uint)offer.Length) == 0, "SSL_CTX_set_alpn_protos");
        }
    }

    private static void Check(bool succeeded, string call)
    {
        if (!succeeded)
        {
            throw new OpenSslException(call);
        }
    }
}
