using System.Diagnostics;
using System.Globalization;
using Tunnel.Net;
using Tunnel.Tls;

namespace Tunnel.Relay;

/// <summary>The two steps that both roles take before they relay, each within its time, and what the session notes of them.</summary>
internal static class OpeningSteps
{
    /// <summary>Connects to the far address.</summary>
    /// <returns>A channel that the session has adopted; or why there is none; or neither, when the session has ended meanwhile.</returns>
    public static async Task<(SocketChannel? Channel, SessionEnd? Failure)> ReachFarAsync(this TunnelSession session)
    {
        session.Enter(SessionState.Connecting);
        var route = session.Route;
        var started = Stopwatch.GetTimestamp();
        var attempt = new ConnectAttempt(route.Far.Host, route.Far.Port, route.Wheel, session.Front);
        session.CutAttemptBy(attempt.GiveUp);
        using var limit = TimeLimit.Start(route.Wheel, route.Timeouts.Connect, attempt.GiveUp);
        var result = await attempt.RunAsync().ConfigureAwait(false);
        session.CutAttemptBy(null);
        session.ConnectTime = Stopwatch.GetElapsedTime(started);
        if (result.Channel is { } channel)
        {
            if (session.Adopt(channel))
            {
                return (channel, null);
            }

            channel.Dispose();
            return (null, null);
        }

        return limit.Expired
            ? (null, new(CloseReason.ConnectTimeout, route.BackParty, Late(route, result.Detail)))
            : (null, new(CloseReason.Unreachable, route.BackParty, result.Detail));
    }

    private static string Late(Route route, string detail) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"no connection to {route.Far} within {route.Timeouts.Connect.TotalSeconds} s (timeouts.connect): {detail}"
        );

    /// <summary>Runs the TLS handshake; <c>Expired</c> when it failed because its time was up.</summary>
    public static async Task<(HandshakeOutcome Outcome, bool Expired)> HandshakeAsync(
        this TunnelSession session,
        SocketChannel channel
    )
    {
        session.Enter(SessionState.Securing);
        var route = session.Route;
        var started = Stopwatch.GetTimestamp();
        HandshakeOutcome outcome;
        bool expired;
        using (var limit = TimeLimit.Start(route.Wheel, route.Timeouts.Handshake, channel.Abort))
        {
            outcome =
                route.Role == TlsRole.Server
                    ? await AnswerAsync(session, channel).ConfigureAwait(false)
                    : await route.Tls.HandshakeAsync(channel).ConfigureAwait(false);
            expired = limit.Expired && outcome.Fault is { Kind: HandshakeFaultKind.Aborted };
        }

        session.HandshakeTime = Stopwatch.GetElapsedTime(started);
        session.Tls = outcome.Info;
        var peer = outcome.Info?.Peer is { } certificate ? PeerIdentity.From(certificate) : null;
        (session.Identity, session.Claimed) =
            outcome.Transport is not null && outcome.Refusal is null ? (peer, (PeerIdentity?)null) : (null, peer);
        if (outcome.AlertIsSent)
        {
            session.Stranger?.Enter(StrangerStage.Leaving);
            await LastWords
                .SayAsync(channel, route.Wheel, () => new(channel.ShutdownSend().Status))
                .ConfigureAwait(false);
        }

        return (outcome, expired);
    }

    /// <summary>A server's handshake: nothing of TLS exists before the client has sent all of its hello.</summary>
    private static async Task<HandshakeOutcome> AnswerAsync(TunnelSession session, SocketChannel channel)
    {
        var first = await FirstFlight.ReceiveAsync(channel).ConfigureAwait(false);
        if (first.Fault is { } fault)
        {
            return new HandshakeOutcome { Fault = fault, AlertIsSent = first.AlertIsSent };
        }

        session.Stranger?.Enter(StrangerStage.Handshaking);
        return await session.Route.Tls.HandshakeAsync(channel, first.Hello).ConfigureAwait(false);
    }
}
