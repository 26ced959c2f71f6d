using System.Diagnostics;
using System.Globalization;
using System.Net;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Relay;
using Tunnel.Tls;

namespace Tunnel.Opening;

/// <summary>
/// The two steps that both roles take before they relay, each within its time limit, and what the session records about
/// them.
/// </summary>
internal static class OpeningSteps
{
    /// <summary>A session that has come no further than its handshake.</summary>
    public static SessionEnd EndBy(HandshakeFault fault, CloseReason reason, Party by) =>
        new(reason, by, fault.Detail) { Remedy = fault.Remedy };

    /// <summary>Connects to the target that the round has come to.</summary>
    /// <returns>
    /// A channel that the session has adopted, or why there is none; neither when the session has ended meanwhile.
    /// </returns>
    public static async Task<(SocketChannel? Channel, SessionEnd? Failure)> ReachAsync(
        this Arrival arrival,
        TargetRound round
    )
    {
        arrival.Enter(SessionState.Connecting);
        var plan = arrival.Plan;
        var target = arrival.Facts.Target!.Settings.Address;
        var started = arrival.Facts.Age;
        var attempt = ConnectAttempts.To(target, arrival.Engine, arrival.Front);
        arrival.Ending.CutAttemptBy(attempt.GiveUp);
        using var limit = TimeLimit.Start(arrival.Engine.Wheel, round.Share, attempt.GiveUp);
        var result = await attempt.RunAsync().ConfigureAwait(false);
        arrival.Ending.CutAttemptBy(null);
        var took = arrival.Facts.Age - started;
        round.Spend(took);
        arrival.Facts.ConnectTime = took;
        if (result.Channel is { } channel)
        {
            if (arrival.Ending.Adopt(channel))
            {
                return (channel, null);
            }

            channel.Dispose();
            return (null, null);
        }

        if (arrival.Ending.HasCome)
        {
            return (null, null);
        }

        var end = limit.Expired
            ? new SessionEnd(CloseReason.ConnectTimeout, plan.BackParty, Late(target, round.Share, plan, result.Detail))
            : new SessionEnd(CloseReason.Unreachable, plan.BackParty, result.Detail);
        return (null, end with { Remedy = result.Remedy });
    }

    private static string Late(Address target, TimeSpan share, TunnelPlan plan, string detail) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"no connection to {target} within {share.TotalSeconds:0.###} s "
                + $"({(share < plan.Timeouts.Connect ? "its share of " : "")}timeouts.connect): {detail}"
        );

    /// <summary>Runs the TLS handshake; <c>Expired</c> when it failed because its time was up.</summary>
    public static async Task<(HandshakeOutcome Outcome, bool Expired)> HandshakeAsync(
        this Arrival arrival,
        SocketChannel channel
    )
    {
        arrival.Enter(SessionState.Securing);
        var plan = arrival.Plan;
        var started = arrival.Facts.Age;
        HandshakeOutcome outcome;
        bool expired;
        // A client may have to wait for its turn, too.
        Action cut = plan.Role == TunnelRole.Server ? arrival.Ending.Cut : channel.Abort;
        using (var limit = TimeLimit.Start(arrival.Engine.Wheel, plan.Timeouts.Handshake, cut))
        {
            outcome =
                plan.Role == TunnelRole.Server
                    ? await AnswerAsync(arrival, channel).ConfigureAwait(false)
                    : await plan
                        .Tls.HandshakeAsync(
                            channel,
                            AddressOf(channel.RemoteEndPoint),
                            index: plan.Forward.IndexOf(arrival.Facts.Target!)
                        )
                        .ConfigureAwait(false);
            if (limit.Expired && outcome is { Transport: { } late, Refusal: null })
            {
                // Cut while the last flight, which had come in time, was being worked on.
                late.Dispose();
                outcome = new HandshakeOutcome
                {
                    Fault = HandshakeFault.Harmless(HandshakeFaultKind.Aborted, "its time was up"),
                };
            }

            expired =
                limit.Expired && outcome.Fault?.Kind is HandshakeFaultKind.Aborted or HandshakeFaultKind.Overloaded;
        }

        arrival.Facts.HandshakeTime = arrival.Facts.Age - started;
        arrival.Facts.Tunnel.Counts.Count(outcome);
        arrival.Facts.Tls = outcome.Info;
        var peer = outcome.Info?.Peer is { } certificate ? PeerIdentity.From(certificate) : null;
        (arrival.Facts.Identity, arrival.Facts.Claimed) =
            outcome.Transport is not null && outcome.Refusal is null ? (peer, (PeerIdentity?)null) : (null, peer);
        if (outcome is { Refusal: null, Info.Access.Audit: { } audit })
        {
            OpeningLog.Audited(arrival.Facts, audit);
        }

        if (outcome.AlertIsSent)
        {
            arrival.Stranger?.Enter(StrangerStage.Leaving);
            await LastWords
                .SayAsync(channel, arrival.Engine.Wheel, () => new(channel.ShutdownSend().Status))
                .ConfigureAwait(false);
        }

        return (outcome, expired);
    }

    /// <summary>
    /// A server's handshake, and the header before it if there is to be one: no TLS state exists before the client has
    /// sent its whole hello.
    /// </summary>
    private static async Task<HandshakeOutcome> AnswerAsync(Arrival arrival, SocketChannel channel)
    {
        if (arrival.IsFromBalancer)
        {
            var (route, broken) = await ProxyIntake.ReceiveAsync(channel).ConfigureAwait(false);
            if (broken is not null)
            {
                return new HandshakeOutcome { Fault = broken };
            }

            if (route is not null)
            {
                arrival.Facts.ComesBy(route);
                arrival.Stranger?.ComeFrom(route.From);
            }
        }

        var first = await FirstFlight.ReceiveAsync(channel).ConfigureAwait(false);
        if (first.Fault is { } fault)
        {
            return new HandshakeOutcome { Fault = fault, AlertIsSent = first.AlertIsSent };
        }

        arrival.Stranger?.Enter(StrangerStage.Handshaking);
        return await InTurnAsync(arrival, channel, first.Hello).ConfigureAwait(false);
    }

    private static async Task<HandshakeOutcome> InTurnAsync(Arrival arrival, SocketChannel channel, Chunk hello)
    {
        var turns = arrival.Engine.HandshakeTurns;
        var entering = turns.EnterAsync(arrival.Stranger?.Source ?? 0, arrival.Ending.CutAttemptBy);
        if (!entering.IsCompleted)
        {
            // Many may wait, and a hello is small.
            var kept = hello.Bytes.ToArray();
            hello.Return();
            var isTurn = await entering.ConfigureAwait(false);
            if (!isTurn || channel.Breakage() != IoStatus.Ok)
            {
                if (isTurn)
                {
                    turns.Leave();
                }

                return new HandshakeOutcome
                {
                    Fault = isTurn
                        ? new HandshakeFault(
                            HandshakeFaultKind.PeerLeft,
                            Trouble.Of(
                                "it left while it waited for an answer",
                                "if many do, this machine is too slow for them: see the rate of handshakes"
                            )
                        )
                        : new HandshakeFault(
                            HandshakeFaultKind.Overloaded,
                            Trouble.Of(
                                "the server was busy with the handshakes of others until the time for this one was "
                                    + "over",
                                "give it more processors, or raise timeouts.handshake"
                            )
                        ),
                };
            }

            var buffer = BufferPool.Rent(kept.Length);
            kept.CopyTo(buffer, 0);
            hello = Chunk.Of(buffer, kept.Length);
        }

        Task<HandshakeOutcome> handshake;
        try
        {
            // Comes back when the answer is on its way and the client has to say something.
            handshake = arrival.Plan.Tls.HandshakeAsync(channel, AddressOf(arrival.Facts.Peer), hello);
        }
        finally
        {
            turns.Leave();
        }

        return await handshake.ConfigureAwait(false);
    }

    private static IPAddress? AddressOf(EndPoint peer) => (peer as IPEndPoint)?.Address;
}
