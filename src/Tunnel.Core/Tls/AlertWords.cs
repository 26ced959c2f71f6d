namespace Tunnel.Tls;

/// <summary>TLS alerts (RFC 8446 section 6) that a peer sent us, in words that say what to do about them.</summary>
public static class AlertWords
{
    private static readonly (string OpenSslText, HandshakeFaultKind Kind, string Words)[] _alerts =
    [
        (
            "alert unknown ca",
            HandshakeFaultKind.RefusedByPeer,
            "the peer does not trust the issuer of our certificate (alert unknown_ca)"
        ),
        (
            "alert certificate expired",
            HandshakeFaultKind.RefusedByPeer,
            "the peer says that our certificate has expired (alert certificate_expired)"
        ),
        (
            "alert certificate revoked",
            HandshakeFaultKind.RefusedByPeer,
            "the peer says that our certificate is revoked (alert certificate_revoked)"
        ),
        (
            "alert certificate unknown",
            HandshakeFaultKind.RefusedByPeer,
            "the peer does not accept our certificate (alert certificate_unknown)"
        ),
        (
            "alert unsupported certificate",
            HandshakeFaultKind.RefusedByPeer,
            "the peer cannot use our certificate: wrong key type or usage (alert unsupported_certificate)"
        ),
        (
            "alert bad certificate",
            HandshakeFaultKind.RefusedByPeer,
            "the peer does not accept our certificate (alert bad_certificate)"
        ),
        (
            "alert certificate required",
            HandshakeFaultKind.RefusedByPeer,
            "the peer demands a client certificate and we presented none (alert certificate_required)"
        ),
        (
            "alert access denied",
            HandshakeFaultKind.RefusedByPeer,
            "our certificate is valid but not allowed there (alert access_denied)"
        ),
        (
            "alert decrypt error",
            HandshakeFaultKind.RefusedByPeer,
            "the peer could not verify our signature (alert decrypt_error)"
        ),
        ("alert protocol version", HandshakeFaultKind.Protocol, "no TLS version in common (alert protocol_version)"),
        (
            "alert handshake failure",
            HandshakeFaultKind.Protocol,
            "no cipher, group or signature algorithm in common, or no certificate where one is demanded (alert handshake_failure)"
        ),
        (
            "alert insufficient security",
            HandshakeFaultKind.Protocol,
            "our ciphers are too weak for the peer (alert insufficient_security)"
        ),
        (
            "alert no application protocol",
            HandshakeFaultKind.Protocol,
            "no application protocol in common (alert no_application_protocol)"
        ),
        (
            "alert unrecognized name",
            HandshakeFaultKind.Protocol,
            "the peer serves no such name (alert unrecognized_name)"
        ),
        ("alert internal error", HandshakeFaultKind.PeerLeft, "the peer had an internal error (alert internal_error)"),
        ("alert user canceled", HandshakeFaultKind.PeerLeft, "the peer gave up (alert user_canceled)"),
    ];

    /// <summary>OpenSSL names a received alert in its error text, <c>tlsv1 alert unknown ca</c> or <c>sslv3 alert bad certificate</c>.</summary>
    public static HandshakeFault? FindIn(string openSslText)
    {
        foreach (var (text, kind, words) in _alerts)
        {
            if (openSslText.Contains(text, StringComparison.OrdinalIgnoreCase))
            {
                return new HandshakeFault(kind, words);
            }
        }

        return null;
    }

    /// <summary>True if these are words of ours for an alert about our certificate.</summary>
    public static bool MeansRefusal(string? words) =>
        _alerts.Any(alert => alert.Kind == HandshakeFaultKind.RefusedByPeer && alert.Words == words);
}
