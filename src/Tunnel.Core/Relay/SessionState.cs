namespace Tunnel.Relay;

/// <summary>The state of a session, in the order in which it gets there.</summary>
public enum SessionState
{
    Accepted,

    /// <summary>TLS handshake under way.</summary>
    Securing,

    /// <summary>Server: a limit is reached, and it waits for a place.</summary>
    Queued,

    /// <summary>We are connecting to the far address.</summary>
    Connecting,

    /// <summary>Client: an attempt failed, and the next one has not begun.</summary>
    Retrying,

    /// <summary>Bytes flow both ways.</summary>
    Relaying,

    /// <summary>One direction has ended, the other goes on.</summary>
    HalfClosed,

    /// <summary>The end is known, and the sides are being told, after the bytes that are still on their way.</summary>
    Closing,

    Closed,
}
