using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Relay;
using Tunnel.Tls;

namespace Tunnel.Opening;

/// <summary>
/// Opens a server's session: the TLS handshake with the client, then, only if it is authorised, the connection to the
/// target, then the greeting.
/// </summary>
internal sealed class ServerOpening(Arrival arrival)
{
    private readonly TunnelPlan _plan = arrival.Plan;
    private readonly SocketChannel _front = arrival.Front;

    public async Task<Opened> OpenAsync()
    {
        var (client, refused) = await SecureAsync().ConfigureAwait(false);
        if (client is null)
        {
            return new Opened(null, refused);
        }

        try
        {
            var opened = await AdmitAsync(client).ConfigureAwait(false) is { } notAdmitted
                ? notAdmitted
                : await ConnectAsync(client).ConfigureAwait(false);
            if (opened.Legs is null)
            {
                client.Transport.Dispose();
            }

            return opened;
        }
        catch
        {
            client.Transport.Dispose();
            throw;
        }
    }

    private async Task<(Leg? Client, SessionEnd? End)> SecureAsync()
    {
        var (outcome, expired) = await arrival.HandshakeAsync(_front).ConfigureAwait(false);
        if (outcome.Fault is { } fault)
        {
            return (null, EndOf(fault, expired));
        }

        var (refusal, asksForClock) = (outcome.Refusal, Greeting.AsksForClock(outcome.Info));
        if (refusal is null && !asksForClock)
        {
            arrival.Stranger?.Leave();
            return (new Leg(Party.Client, _front, outcome.Transport!), null);
        }

        if (refusal is not null)
        {
            OpeningLog.Refused(arrival.Facts, refusal);
        }

        if (outcome.Transport is { } transport)
        {
            arrival.Stranger?.Enter(StrangerStage.Leaving);
            await TellAsync(
                    transport,
                    asksForClock
                        ? Greeting.Clock(arrival.Engine.Time.GetUtcNow())
                        : new Greeting(TellingCode(refusal!.Code), refusal.Code.Word())
                )
                .ConfigureAwait(false);
            transport.Dispose();
        }

        return (
            null,
            refusal is not null
                ? new SessionEnd(CloseReason.Refused, Party.Tunnel, refusal.Reason)
                : new SessionEnd(CloseReason.Probe, Party.Client, "it asked what time it is here")
        );
    }

    /// <summary>A verdict about the certificate is final; a fault of ours is not.</summary>
    private static GreetingCode TellingCode(RefusalCode code) =>
        code == RefusalCode.RevocationUnknown ? GreetingCode.CannotJudge : GreetingCode.Denied;

    private SessionEnd EndOf(HandshakeFault fault, bool expired)
    {
        if (expired)
        {
            return fault.Kind == HandshakeFaultKind.Overloaded
                ? OpeningSteps.EndBy(fault, CloseReason.HandshakeTimeout, Party.Tunnel)
                : new SessionEnd(
                    CloseReason.HandshakeTimeout,
                    Party.Tunnel,
                    _front.BytesReceived > 0 ? NotTlsWords.SlowClient
                        : arrival.IsFromBalancer ? ProxyIntake.Silent
                        : NotTlsWords.SilentClient
                );
        }

        var (reason, by) = fault.Kind switch
        {
            HandshakeFaultKind.Probe => (CloseReason.Probe, Party.Client),
            HandshakeFaultKind.RefusedByPeer => (CloseReason.RefusedByPeer, Party.Client),
            HandshakeFaultKind.PeerLeft => (CloseReason.HandshakeFailed, Party.Client),
            _ => (CloseReason.HandshakeFailed, Party.Tunnel),
        };
        return OpeningSteps.EndBy(fault, reason, by);
    }

    /// <summary>Takes a place within the limits, and waits for one if necessary.</summary>
    /// <returns>Null when there is one.</returns>
    private async Task<Opened?> AdmitAsync(Leg client)
    {
        var admitting = arrival.Facts.AdmitAsync(arrival.Ending.CutAttemptBy);
        if (!admitting.IsCompleted)
        {
            arrival.Enter(SessionState.Queued);
        }

        var (result, limit, retryAfter, _) = await admitting.ConfigureAwait(false);
        if (result == AdmissionResult.Admitted)
        {
            return null;
        }

        if (result == AdmissionResult.GivenUp)
        {
            return new Opened(null, null);
        }

        await TellAsync(client.Transport, Greeting.Busy(retryAfter, limit!)).ConfigureAwait(false);
        return new Opened(
            null,
            new SessionEnd(
                CloseReason.Busy,
                Party.Tunnel,
                Trouble.Of($"{limit} is reached; it waited for a place in vain", "raise it if the target can bear more")
            )
        );
    }

    private async Task<Opened> ConnectAsync(Leg client)
    {
        var (channel, failure) = await ReachAsync().ConfigureAwait(false);
        if (channel is not null)
        {
            var target = new Leg(Party.Target, channel, new TcpTransport(channel));
            Opened? opened = null;
            try
            {
                (opened, failure) = await IntroduceBothAsync(client, target).ConfigureAwait(false);
            }
            finally
            {
                if (opened?.Legs is null)
                {
                    target.Transport.Dispose();
                }
            }

            if (opened is { } done)
            {
                return done;
            }
        }

        if (failure is not null)
        {
            await TellAsync(
                    client.Transport,
                    new Greeting(GreetingCode.TargetUnreachable, "the target is not reachable")
                )
                .ConfigureAwait(false);
        }

        return new Opened(null, failure);
    }

    /// <returns>What has been opened, or why the target failed.</returns>
    private async Task<(Opened? Opened, SessionEnd? Failure)> IntroduceBothAsync(Leg client, Leg target)
    {
        if (await IntroduceAsync(target).ConfigureAwait(false) is { } failure)
        {
            return (null, failure);
        }

        return await GreetAsync(client).ConfigureAwait(false) is { } end
            ? (new Opened(null, end), null)
            : (Opened.With(new Legs(client, target)), null);
    }

    /// <summary>Connects to the first of the targets that can be reached.</summary>
    /// <returns>As for one of them.</returns>
    private async Task<(SocketChannel? Channel, SessionEnd? Failure)> ReachAsync()
    {
        var facts = arrival.Facts;
        var round = new TargetRound(_plan.Forward, [], _plan.Timeouts.Connect);
        var failures = new TargetFailures();
        while (round.Next(arrival.Engine.Wheel.Now) is { } target)
        {
            facts.GoTo(target);
            var (channel, failure) = await arrival.ReachAsync(round).ConfigureAwait(false);
            if (channel is not null)
            {
                TargetNews.Worked(facts.Tunnel, target);
            }

            if (failure is null)
            {
                return (channel, null);
            }

            TargetNews.Failed(facts.Tunnel, target, failure, later: false);
            failures.Note(target, new AttemptFailure(failure, Later: false));
            facts.LeaveTarget();
            if (round.HasMore)
            {
                OpeningLog.NextTarget(facts, failure);
            }
        }

        return (null, failures.Together);
    }

    /// <summary>Tells the target who the client is, before any byte of the client, if it is to be told.</summary>
    /// <returns>Null when the target has been told, or is not to be.</returns>
    private async Task<SessionEnd?> IntroduceAsync(Leg target)
    {
        var (version, facts) = (_plan.Proxy.ToTarget, arrival.Facts);
        if (version == ProxyVersion.None)
        {
            return null;
        }

        var entrance = facts.Entrance ?? _front.LocalEndPoint;
        var header =
            version == ProxyVersion.V1
                ? ProxyHeader.Line(facts.Peer, entrance)
                : ProxyHeader.Binary(
                    facts.Peer,
                    entrance,
                    ProxyTlvs.Of(facts.Id, facts.Tls!, facts.Identity is not null)
                );
        // A new connection's buffer takes it at once.
        var written = await target.Transport.WriteAsync(header).ConfigureAwait(false);
        return written == IoStatus.Ok ? null : SessionEnd.Of(target, written);
    }

    /// <returns>Null when the client has been greeted, or needs no greeting.</returns>
    private async Task<SessionEnd?> GreetAsync(Leg client)
    {
        if (!Greeting.IsSpokenOver(arrival.Facts.Tls))
        {
            return null;
        }

        // It fits into the system's buffer, unless a client has made that small and reads nothing.
        using var limit = TimeLimit.Start(arrival.Engine.Wheel, _plan.Timeouts.Handshake, client.Transport.Abort);
        var written = await client
            .Transport.WriteAsync(new Greeting(GreetingCode.Ready, arrival.Facts.Id).ToFrame())
            .ConfigureAwait(false);
        return limit.Expired
                ? new SessionEnd(
                    CloseReason.HandshakeTimeout,
                    Party.Tunnel,
                    Trouble.Of(
                        "the client did not take the server's greeting in time",
                        "look whether it hangs, and at the network on the way"
                    )
                )
            : written != IoStatus.Ok ? SessionEnd.Of(client, written)
            : null;
    }

    /// <summary>Says why there will be no session.</summary>
    private async Task TellAsync(ITransport client, Greeting greeting)
    {
        if (!Greeting.IsSpokenOver(arrival.Facts.Tls))
        {
            return;
        }

        await LastWords.SayAsync(_front, arrival.Engine.Wheel, SayAsync).ConfigureAwait(false);

        async ValueTask<IoStatus> SayAsync()
        {
            var written = await client.WriteAsync(greeting.ToFrame()).ConfigureAwait(false);
            return written == IoStatus.Ok ? await client.CloseWriteAsync().ConfigureAwait(false) : written;
        }
    }
}
