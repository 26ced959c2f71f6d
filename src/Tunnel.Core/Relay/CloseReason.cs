namespace Tunnel.Relay;

/// <summary>Why a session ended. The list is closed; the words in the log are these in snake_case.</summary>
public enum CloseReason
{
    /// <summary>Both directions ended in order: every byte accepted has been delivered.</summary>
    Eof,

    /// <summary>A side sent RST, or the TLS alert that stands for it between two tunnels.</summary>
    Reset,

    /// <summary>A TLS stream ended without close_notify.</summary>
    Truncated,

    /// <summary><c>timeouts.idle</c>.</summary>
    IdleTimeout,

    /// <summary><c>timeouts.write</c>: a side took nothing.</summary>
    WriteTimeout,

    /// <summary><c>timeouts.half_close</c>: nothing flowed after one direction had ended.</summary>
    HalfCloseTimeout,

    /// <summary><c>timeouts.handshake</c>.</summary>
    HandshakeTimeout,

    /// <summary>The TLS handshake failed for another cause than a certificate.</summary>
    HandshakeFailed,

    /// <summary>We refused the peer's certificate.</summary>
    Refused,

    /// <summary>The peer refused our certificate.</summary>
    RefusedByPeer,

    /// <summary>The peer of a live session would not be let in any more: revoked, removed, expired.</summary>
    NoLongerAllowed,

    /// <summary>A limit of the server was reached for longer than a second.</summary>
    Busy,

    /// <summary><c>timeouts.connect</c>.</summary>
    ConnectTimeout,

    /// <summary>The far address could not be reached.</summary>
    Unreachable,

    /// <summary>The local application left before the far side was there.</summary>
    ApplicationLeft,

    /// <summary>
    /// Somebody connected to the server's port and left without a byte, or only asked what time it is there.
    /// </summary>
    Probe,

    /// <summary>Cut to make room for others before the client had shown who it is.</summary>
    Evicted,

    /// <summary><c>tunnel sessions kill</c>.</summary>
    Killed,

    /// <summary>The tunnel was stopped.</summary>
    Shutdown,

    /// <summary>The network failed in another way; the line's detail has the words.</summary>
    NetworkError,

    /// <summary>A bug of the tunnel itself: please report it.</summary>
    InternalError,
}

/// <summary>Who ended a session.</summary>
public enum Party
{
    /// <summary>The tunnel itself: a timeout, a refusal, a shutdown.</summary>
    Tunnel,

    /// <summary>Client role: the local application.</summary>
    Application,

    /// <summary>Client role: the tunnel server.</summary>
    Server,

    /// <summary>Server role: the tunnel client.</summary>
    Client,

    /// <summary>Server role: the target service.</summary>
    Target,
}
