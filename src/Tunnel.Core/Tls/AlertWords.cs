using Tunnel.Net;

namespace Tunnel.Tls;

/// <summary>TLS alerts (RFC 8446 section 6) that a peer sent us, in plain words.</summary>
public static class AlertWords
{
    private static readonly (byte Description, string OpenSslText, HandshakeFaultKind Kind, string Words)[] _alerts =
    [
        (
            48,
            "alert unknown ca",
            HandshakeFaultKind.RefusedByPeer,
            "the peer does not trust the issuer of our certificate (alert unknown_ca)"
        ),
        (
            45,
            "alert certificate expired",
            HandshakeFaultKind.RefusedByPeer,
            "the peer says that our certificate has expired (alert certificate_expired)"
        ),
        (
            44,
            "alert certificate revoked",
            HandshakeFaultKind.RefusedByPeer,
            "the peer says that our certificate is revoked (alert certificate_revoked)"
        ),
        (
            46,
            "alert certificate unknown",
            HandshakeFaultKind.RefusedByPeer,
            "the peer does not accept our certificate (alert certificate_unknown)"
        ),
        (
            43,
            "alert unsupported certificate",
            HandshakeFaultKind.RefusedByPeer,
            "the peer cannot use our certificate: wrong key type or usage (alert unsupported_certificate)"
        ),
        (
            42,
            "alert bad certificate",
            HandshakeFaultKind.RefusedByPeer,
            "the peer does not accept our certificate (alert bad_certificate)"
        ),
        (
            116,
            "alert certificate required",
            HandshakeFaultKind.RefusedByPeer,
            "the peer requires a client certificate and we presented none (alert certificate_required)"
        ),
        (
            49,
            "alert access denied",
            HandshakeFaultKind.RefusedByPeer,
            "our certificate is valid but not allowed there (alert access_denied)"
        ),
        (
            51,
            "alert decrypt error",
            HandshakeFaultKind.RefusedByPeer,
            "the peer could not verify our signature (alert decrypt_error)"
        ),
        (
            70,
            "alert protocol version",
            HandshakeFaultKind.Protocol,
            "no TLS version in common (alert protocol_version)"
        ),
        (
            40,
            "alert handshake failure",
            HandshakeFaultKind.Protocol,
            "no cipher, group or signature algorithm in common, or no certificate where one is required (alert "
                + "handshake_failure)"
        ),
        (
            71,
            "alert insufficient security",
            HandshakeFaultKind.Protocol,
            "our ciphers are too weak for the peer (alert insufficient_security)"
        ),
        (
            120,
            "alert no application protocol",
            HandshakeFaultKind.Protocol,
            "no application protocol in common (alert no_application_protocol)"
        ),
        (
            112,
            "alert unrecognized name",
            HandshakeFaultKind.Protocol,
            "the peer does not serve the name that we asked for (alert unrecognized_name)"
        ),
        (
            80,
            "alert internal error",
            HandshakeFaultKind.PeerLeft,
            "the peer had an error of its own; see its log (alert internal_error)"
        ),
        (90, "alert user canceled", HandshakeFaultKind.PeerLeft, "the peer gave up (alert user_canceled)"),
        (
            10,
            "alert unexpected message",
            HandshakeFaultKind.Protocol,
            "the peer did not expect a TLS message that we sent (alert unexpected_message)"
        ),
        (
            20,
            "alert bad record mac",
            HandshakeFaultKind.Protocol,
            "data that we sent was changed on its way to the peer (alert bad_record_mac)"
        ),
        (
            22,
            "alert record overflow",
            HandshakeFaultKind.Protocol,
            "the peer says that a TLS record of ours is too long (alert record_overflow)"
        ),
        (
            47,
            "alert illegal parameter",
            HandshakeFaultKind.Protocol,
            "the peer says that a TLS message of ours is wrong (alert illegal_parameter)"
        ),
        (
            50,
            "alert decode error",
            HandshakeFaultKind.Protocol,
            "the peer cannot read a TLS message of ours (alert decode_error)"
        ),
    ];

    /// <summary>
    /// OpenSSL's error text names a received alert, <c>tlsv1 alert unknown ca</c> or <c>sslv3 alert bad
    /// certificate</c>.
    /// </summary>
    public static HandshakeFault? FindIn(string openSslText)
    {
        foreach (var (_, text, kind, words) in _alerts)
        {
            if (openSslText.Contains(text, StringComparison.OrdinalIgnoreCase))
            {
                return new HandshakeFault(kind, words) { Alert = NameOf(text) };
            }
        }

        return null;
    }

    /// <summary>Why a TLS connection failed after its handshake.</summary>
    /// <param name="errorText">In OpenSSL's words.</param>
    public static TransportFault AfterHandshake(string errorText) =>
        FindIn(errorText) is { } alert
            ? AfterHandshake(alert)
            : new TransportFault(TransportFaultKind.Protocol, errorText);

    /// <param name="description">The alert's number (RFC 8446 appendix B.2).</param>
    /// <inheritdoc cref="AfterHandshake(string)"/>
    public static TransportFault AfterHandshake(byte description)
    {
        foreach (var (number, text, kind, words) in _alerts)
        {
            if (number == description)
            {
                return AfterHandshake(new HandshakeFault(kind, words) { Alert = NameOf(text) });
            }
        }

        return new TransportFault(
            TransportFaultKind.Protocol,
            $"the peer ended the connection with TLS alert {description}"
        );
    }

    private static TransportFault AfterHandshake(HandshakeFault alert) =>
        (
            alert.Kind switch
            {
                HandshakeFaultKind.RefusedByPeer => new TransportFault(TransportFaultKind.RefusedByPeer, alert.Detail),
                HandshakeFaultKind.PeerLeft => new(
                    TransportFaultKind.BrokenOff,
                    "the peer broke off the stream and said so with a TLS alert after its last byte"
                ),
                _ => new(TransportFaultKind.Protocol, alert.Detail),
            }
        ) with
        {
            Alert = alert.Alert,
        };

    /// <summary>From OpenSSL's words to the name that the RFC has.</summary>
    private static string NameOf(string openSslText) => openSslText["alert ".Length..].Replace(' ', '_');
}
