namespace Tunnel.Relay;

/// <summary>Where a session stands, in the order in which it gets there.</summary>
public enum SessionState
{
    Accepted,

    /// <summary>TLS handshake under way.</summary>
    Securing,

    /// <summary>The far address is being reached.</summary>
    Connecting,

    /// <summary>Client: an attempt failed, the next one is waited for.</summary>
    Retrying,

    /// <summary>Bytes flow both ways.</summary>
    Relaying,

    /// <summary>One direction has ended, the other goes on.</summary>
    HalfClosed,

    /// <summary>The end is known, and is being told to the sides behind what is still under way to them.</summary>
    Closing,

    Closed,
}
