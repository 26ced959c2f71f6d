namespace Tunnel.Tls;

/// <summary>Why a handshake did not complete, as far as we know.</summary>
public enum HandshakeFaultKind
{
    /// <summary>The peer connected and left without a byte: a scanner or a health probe.</summary>
    Probe,

    /// <summary>The peer closed or reset the connection half-way.</summary>
    PeerLeft,

    /// <summary>The peer sent something that is not TLS.</summary>
    NotTls,

    /// <summary>
    /// The peer sent an alert about what we presented (RFC 8446 section 6.2): trying again cannot help.
    /// </summary>
    RefusedByPeer,

    /// <summary>No common version, cipher or protocol, or a broken message.</summary>
    Protocol,

    /// <summary>We ended it: deadline or shutdown.</summary>
    Aborted,

    /// <summary>The same before we had begun to answer, because we were busy with others.</summary>
    Overloaded,
}

/// <summary>A handshake that did not complete.</summary>
public sealed record HandshakeFault
{
    public HandshakeFault(HandshakeFaultKind kind, Trouble trouble) =>
        (Kind, Detail, Remedy) = (kind, trouble.Cause, trouble.Remedy);

    private HandshakeFault(HandshakeFaultKind kind, string words) => (Kind, Detail) = (kind, words);

    /// <summary>For decisions.</summary>
    public HandshakeFaultKind Kind { get; }

    /// <summary>For people: what has happened.</summary>
    public string Detail { get; init; }

    /// <summary>For people: what to do; null: nothing.</summary>
    public string? Remedy { get; init; }

    /// <summary>
    /// The alert that the peer has sent (RFC 8446 appendix B.2), such as <c>unknown_ca</c>; null: none.
    /// </summary>
    public string? Alert { get; init; }

    /// <summary>Of which nobody need do anything: we have ended it, or a health check has.</summary>
    public static HandshakeFault Harmless(HandshakeFaultKind kind, string words) => new(kind, words);
}
