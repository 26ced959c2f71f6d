namespace Tunnel.Net;

/// <summary>How an operation on a transport ended.</summary>
public enum IoStatus
{
    /// <summary>Bytes moved.</summary>
    Ok,

    /// <summary>
    /// The peer said that it will send no more: FIN over TCP, close_notify over TLS (RFC 8446 section 6.1).
    /// </summary>
    Eof,

    /// <summary>A TLS stream ended without close_notify: what came may be less than what was sent.</summary>
    Truncated,

    /// <summary>The peer sent RST, or said in the protocol that it broke off.</summary>
    Reset,

    /// <summary>We ended the transport ourselves, by <see cref="ITransport.Abort"/>.</summary>
    Aborted,

    /// <summary>Anything else; <see cref="ITransport.Fault"/> says what.</summary>
    Failed,
}
