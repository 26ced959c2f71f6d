using Tunnel.Net;

namespace Tunnel.Tls;

/// <summary>TLS alerts (RFC 8446 section 6) that a peer sent us, in plain words.</summary>
public static class AlertWords
{
    // One side breaks the rules, or somebody between the two changes bytes.
    private const string Broken = "update both sides, and look at what stands between the two addresses";

    private static readonly (byte Description, string OpenSslText, HandshakeFaultKind Kind, Trouble Words)[] _alerts =
    [
        (
            48,
            "alert unknown ca",
            HandshakeFaultKind.RefusedByPeer,
            Trouble.Of(
                "the peer does not trust the issuer of our certificate (alert unknown_ca)",
                "add that issuer to the peer's CA file, or present a certificate of a CA that it trusts"
            )
        ),
        (
            45,
            "alert certificate expired",
            HandshakeFaultKind.RefusedByPeer,
            Trouble.Of(
                "the peer says that our certificate has expired (alert certificate_expired)",
                "renew it; look at both clocks"
            )
        ),
        (
            44,
            "alert certificate revoked",
            HandshakeFaultKind.RefusedByPeer,
            Trouble.Of(
                "the peer says that our certificate is revoked (alert certificate_revoked)",
                "present another one"
            )
        ),
        (
            46,
            "alert certificate unknown",
            HandshakeFaultKind.RefusedByPeer,
            Trouble.Of(
                "the peer does not accept our certificate (alert certificate_unknown)",
                "see the peer's log, which says why"
            )
        ),
        (
            43,
            "alert unsupported certificate",
            HandshakeFaultKind.RefusedByPeer,
            Trouble.Of(
                "the peer cannot use our certificate: wrong key type or usage (alert unsupported_certificate)",
                "issue it again for this use, as tunnel certs init does"
            )
        ),
        (
            42,
            "alert bad certificate",
            HandshakeFaultKind.RefusedByPeer,
            Trouble.Of(
                "the peer does not accept our certificate (alert bad_certificate)",
                "see the peer's log, which says why"
            )
        ),
        (
            116,
            "alert certificate required",
            HandshakeFaultKind.RefusedByPeer,
            Trouble.Of(
                "the peer requires a client certificate and we presented none (alert certificate_required)",
                "set tls.client_cert and tls.client_key"
            )
        ),
        (
            49,
            "alert access denied",
            HandshakeFaultKind.RefusedByPeer,
            Trouble.Of(
                "our certificate is valid but not allowed there (alert access_denied)",
                "let it in there (access); tunnel explain says which entry decides"
            )
        ),
        (
            51,
            "alert decrypt error",
            HandshakeFaultKind.RefusedByPeer,
            Trouble.Of(
                "the peer could not verify our signature (alert decrypt_error)",
                "see whether the peer's log says more, and make our certificate and key anew"
            )
        ),
        (
            70,
            "alert protocol version",
            HandshakeFaultKind.Protocol,
            Trouble.Of("no TLS version in common (alert protocol_version)", "compare tls.min_version of both sides")
        ),
        (
            40,
            "alert handshake failure",
            HandshakeFaultKind.Protocol,
            Trouble.Of(
                "no cipher, group or signature algorithm in common, or no certificate where one is required (alert "
                    + "handshake_failure)",
                "compare tls.ciphers, ciphersuites and groups of both sides, and set tls.client_cert"
            )
        ),
        (
            71,
            "alert insufficient security",
            HandshakeFaultKind.Protocol,
            Trouble.Of(
                "our ciphers are too weak for the peer (alert insufficient_security)",
                "compare tls.ciphers, ciphersuites and groups of both sides"
            )
        ),
        (
            120,
            "alert no application protocol",
            HandshakeFaultKind.Protocol,
            Trouble.Of(
                "no application protocol in common (alert no_application_protocol)",
                "see whether the peer is a tunnel"
            )
        ),
        (
            112,
            "alert unrecognized name",
            HandshakeFaultKind.Protocol,
            Trouble.Of(
                "the peer does not serve the name that we asked for (alert unrecognized_name)",
                "correct remote_server.server_name, or the name in remote_server.host"
            )
        ),
        (
            80,
            "alert internal error",
            HandshakeFaultKind.PeerLeft,
            Trouble.Of(
                "the peer had an error of its own; see its log (alert internal_error)",
                "tunnel doctor there says more"
            )
        ),
        (
            90,
            "alert user canceled",
            HandshakeFaultKind.PeerLeft,
            Trouble.Of("the peer gave up (alert user_canceled)", "see its log, if it was not meant")
        ),
        (
            10,
            "alert unexpected message",
            HandshakeFaultKind.Protocol,
            Trouble.Of("the peer did not expect a TLS message that we sent (alert unexpected_message)", Broken)
        ),
        (
            20,
            "alert bad record mac",
            HandshakeFaultKind.Protocol,
            Trouble.Of("data that we sent was changed on its way to the peer (alert bad_record_mac)", Broken)
        ),
        (
            22,
            "alert record overflow",
            HandshakeFaultKind.Protocol,
            Trouble.Of("the peer says that a TLS record of ours is too long (alert record_overflow)", Broken)
        ),
        (
            47,
            "alert illegal parameter",
            HandshakeFaultKind.Protocol,
            Trouble.Of("the peer says that a TLS message of ours is wrong (alert illegal_parameter)", Broken)
        ),
        (
            50,
            "alert decode error",
            HandshakeFaultKind.Protocol,
            Trouble.Of("the peer cannot read a TLS message of ours (alert decode_error)", Broken)
        ),
    ];

    /// <summary>
    /// OpenSSL's error text names a received alert, <c>tlsv1 alert unknown ca</c> or <c>sslv3 alert bad
    /// certificate</c>.
    /// </summary>
    public static HandshakeFault? FindIn(string openSslText) =>
        IndexIn(openSslText) is >= 0 and var at
            ? new HandshakeFault(_alerts[at].Kind, _alerts[at].Words) { Alert = NameOf(_alerts[at].OpenSslText) }
            : null;

    /// <summary>Why a TLS connection failed after its handshake.</summary>
    /// <param name="errorText">In OpenSSL's words.</param>
    public static TransportFault AfterHandshake(string errorText) =>
        IndexIn(errorText) is >= 0 and var at
            ? After(at)
            : new TransportFault(TransportFaultKind.Protocol, Trouble.Of(errorText, Broken));

    /// <param name="description">The alert's number (RFC 8446 appendix B.2).</param>
    /// <inheritdoc cref="AfterHandshake(string)"/>
    public static TransportFault AfterHandshake(byte description) =>
        Array.FindIndex(_alerts, alert => alert.Description == description) is >= 0 and var at
            ? After(at)
            : new TransportFault(
                TransportFaultKind.Protocol,
                Trouble.Of(
                    $"the peer ended the connection with TLS alert {description}",
                    "see its log; RFC 8446, appendix B.2, says what the number means"
                )
            );

    private static int IndexIn(string openSslText) =>
        Array.FindIndex(_alerts, alert => openSslText.Contains(alert.OpenSslText, StringComparison.OrdinalIgnoreCase));

    private static TransportFault After(int at)
    {
        var (_, text, kind, words) = _alerts[at];
        return (
            kind switch
            {
                HandshakeFaultKind.RefusedByPeer => new TransportFault(TransportFaultKind.RefusedByPeer, words),
                HandshakeFaultKind.PeerLeft => new(
                    TransportFaultKind.BrokenOff,
                    Trouble.Of(
                        "the peer broke off the stream and said so with a TLS alert after its last byte",
                        "see its log, if it was not meant"
                    )
                ),
                _ => new(TransportFaultKind.Protocol, words),
            }
        ) with
        {
            Alert = NameOf(text),
        };
    }

    /// <summary>From OpenSSL's words to the name that the RFC has.</summary>
    private static string NameOf(string openSslText) => openSslText["alert ".Length..].Replace(' ', '_');
}
