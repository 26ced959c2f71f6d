using Tunnel.Relay;
using Tunnel.Tls;

namespace Tunnel.Opening;

/// <summary>How the opening of sessions went, since the start. From any thread.</summary>
internal sealed class OpeningCounts
{
    /// <summary>Client: attempts that failed, by why.</summary>
    public Tally<CloseReason> FailedAttempts { get; } = new();

    public Tally<HandshakeResult> Handshakes { get; } = new();

    public void Count(HandshakeOutcome outcome) =>
        Handshakes.Count(
            outcome switch
            {
                { Fault: { } fault } => Of(fault.Kind),
                { Refusal: not null } => HandshakeResult.Refused,
                { Info.Resumed: true } => HandshakeResult.Resumed,
                _ => HandshakeResult.Full,
            }
        );

    private static HandshakeResult Of(HandshakeFaultKind kind) =>
        kind switch
        {
            HandshakeFaultKind.Probe => HandshakeResult.Probe,
            HandshakeFaultKind.PeerLeft => HandshakeResult.PeerLeft,
            HandshakeFaultKind.NotTls => HandshakeResult.NotTls,
            HandshakeFaultKind.RefusedByPeer => HandshakeResult.RefusedByPeer,
            HandshakeFaultKind.Protocol => HandshakeResult.Protocol,
            HandshakeFaultKind.Overloaded => HandshakeResult.Overloaded,
            _ => HandshakeResult.Aborted,
        };
}

/// <summary>How a TLS handshake ended. The list is closed; metrics have these words in snake_case.</summary>
public enum HandshakeResult
{
    /// <summary>With certificates.</summary>
    Full,

    /// <summary>By a session ticket or id (RFC 8446 section 2.2).</summary>
    Resumed,

    /// <summary>We refused the peer's certificate.</summary>
    Refused,

    /// <inheritdoc cref="HandshakeFaultKind.RefusedByPeer"/>
    RefusedByPeer,

    /// <inheritdoc cref="HandshakeFaultKind.Probe"/>
    Probe,

    /// <inheritdoc cref="HandshakeFaultKind.PeerLeft"/>
    PeerLeft,

    /// <inheritdoc cref="HandshakeFaultKind.NotTls"/>
    NotTls,

    /// <inheritdoc cref="HandshakeFaultKind.Protocol"/>
    Protocol,

    /// <inheritdoc cref="HandshakeFaultKind.Aborted"/>
    Aborted,

    /// <inheritdoc cref="HandshakeFaultKind.Overloaded"/>
    Overloaded,
}
