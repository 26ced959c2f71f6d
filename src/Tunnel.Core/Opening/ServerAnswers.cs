using Tunnel.Net;
using Tunnel.Relay;
using Tunnel.Tls;

namespace Tunnel.Opening;

/// <summary>What a server has answered to a client's attempt, in the words of the log.</summary>
internal static class ServerAnswers
{
    /// <summary>
    /// How long a server that is no tunnel may take to refuse us: it says nothing when it accepts us, and a refusal
    /// comes one round trip after the handshake.
    /// </summary>
    public static readonly TimeSpan LateRefusal = TimeSpan.FromSeconds(2);

    /// <summary>Why a handshake has failed; a refusal of ours is not among it.</summary>
    /// <param name="expired">Its time was up.</param>
    /// <param name="isSilent">Not a byte has come.</param>
    public static AttemptFailure OfHandshake(HandshakeFault fault, bool expired, bool isSilent) =>
        expired
            ? Failure(
                CloseReason.HandshakeTimeout,
                isSilent
                    ? NotTlsWords.SilentServer
                    : Trouble.Of(
                        "the server did not finish the TLS handshake in time",
                        "see whether it is overloaded, or raise timeouts.handshake"
                    )
            )
            : new AttemptFailure(
                OpeningSteps.EndBy(
                    fault,
                    fault.Kind == HandshakeFaultKind.RefusedByPeer
                        ? CloseReason.RefusedByPeer
                        : CloseReason.HandshakeFailed,
                    Party.Server
                ),
                Final: fault.Kind is HandshakeFaultKind.RefusedByPeer or HandshakeFaultKind.NotTls
            );

    /// <summary>Why a greeting turns us away; null: it does not.</summary>
    public static AttemptFailure? OfGreeting(Greeting greeting) =>
        greeting.Code switch
        {
            GreetingCode.Ready => null,
            GreetingCode.Denied => Failure(
                CloseReason.RefusedByPeer,
                Trouble.Of(
                    $"the server refused our certificate: {greeting.Text} (its log has the details)",
                    "correct our certificate, or let it in there"
                ),
                final: true
            ),
            GreetingCode.CannotJudge => Failure(
                CloseReason.HandshakeFailed,
                Trouble.Of(
                    $"the server cannot judge our certificate because of its own configuration: {greeting.Text} "
                        + "(its log has the details)",
                    "correct the server"
                )
            ),
            GreetingCode.Busy => TurnedAway(greeting.ReadBusy()),
            _ => Failure(
                CloseReason.Unreachable,
                Trouble.Of($"the server answered: {greeting.Text}", "look at the server: its log says more")
            ),
        };

    /// <summary>No greeting has come in time.</summary>
    public static AttemptFailure NoGreeting =>
        Failure(
            CloseReason.HandshakeTimeout,
            Trouble.Of(
                "the server did not say in time whether it accepts us",
                "see whether its target answers, or raise timeouts.handshake"
            )
        );

    /// <summary>The connection ended after the handshake, before the server has let us in.</summary>
    public static AttemptFailure OfEarlyEnd(TransportFault? fault, IoStatus status)
    {
        var refused = fault?.Kind == TransportFaultKind.RefusedByPeer;
        return Failure(
            refused ? CloseReason.RefusedByPeer : CloseReason.HandshakeFailed,
            // No stream of ours is broken off yet: the server could not judge us, or has failed, or its target has.
            fault?.Kind == TransportFaultKind.BrokenOff
                ? Trouble.Of(
                    "the server had an error of its own, or its target broke off at once; see its log "
                        + "(alert internal_error)",
                    "tunnel doctor there says more"
                )
                : fault?.Trouble
                    ?? Trouble.Of(
                        "the server ended the connection right after the handshake "
                            + $"({status.ToString().ToLowerInvariant()}); it may have refused our certificate "
                            + "(its log has the details)",
                        "tunnel doctor there says more"
                    ),
            final: refused
        );
    }

    private static AttemptFailure TurnedAway((TimeSpan RetryAfter, string Limit) busy) =>
        Failure(
            CloseReason.Busy,
            Trouble.Of(
                $"the server has no place for another session of ours: {busy.Limit} is reached (its log has the "
                    + "details)",
                "raise it there if its target can bear more"
            )
        ) with
        {
            RetryAfter = busy.RetryAfter,
        };

    private static AttemptFailure Failure(CloseReason reason, Trouble trouble, bool final = false) =>
        new(new SessionEnd(reason, Party.Server, trouble), final);
}
