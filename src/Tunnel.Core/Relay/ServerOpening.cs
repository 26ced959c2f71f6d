using Tunnel.Net;
using Tunnel.Tls;

namespace Tunnel.Relay;

/// <summary>
/// How a server's session comes to be: the TLS handshake with the client, then, only for an authorised one, the
/// connection to the target, then the greeting.
/// </summary>
internal sealed class ServerOpening(TunnelSession session)
{
    private readonly Route _route = session.Route;
    private readonly SocketChannel _front = session.Front;

    /// <returns>Null when the session has been ended instead.</returns>
    public async Task<Legs?> OpenAsync()
    {
        if (await SecureAsync().ConfigureAwait(false) is not { } client)
        {
            return null;
        }

        try
        {
            var target = await ConnectAsync(client).ConfigureAwait(false);
            var legs = target is null ? null : new Legs(client, target);
            if (legs is null)
            {
                client.Transport.Dispose();
            }

            return legs;
        }
        catch
        {
            client.Transport.Dispose();
            throw;
        }
    }

    private async Task<Leg?> SecureAsync()
    {
        var (outcome, expired) = await session.HandshakeAsync(_front).ConfigureAwait(false);
        if (outcome.Fault is { } fault)
        {
            EndByFault(fault, expired);
            return null;
        }

        if (outcome.Refusal is not { } refusal)
        {
            session.Stranger?.Leave();
            return new Leg(Party.Client, _front, outcome.Transport!);
        }

        SessionLog.Refused(session, refusal);
        if (outcome.Transport is { } transport)
        {
            session.Stranger?.Enter(StrangerStage.Leaving);
            await TellAsync(transport, TellingCode(refusal.Code), refusal.Code.Word()).ConfigureAwait(false);
            transport.Dispose();
        }

        session.End(CloseReason.Refused, Party.Tunnel, refusal.Reason);
        return null;
    }

    /// <summary>A verdict about the certificate is final; a fault of ours is not.</summary>
    private static GreetingCode TellingCode(RefusalCode code) =>
        code == RefusalCode.RevocationUnknown ? GreetingCode.CannotJudge : GreetingCode.Denied;

    private void EndByFault(HandshakeFault fault, bool expired)
    {
        if (expired)
        {
            session.End(
                CloseReason.HandshakeTimeout,
                Party.Tunnel,
                _front.BytesReceived == 0
                    ? NotTlsWords.SilentClient
                    : "the client did not finish the TLS handshake in time"
            );
            return;
        }

        var (reason, by) = fault.Kind switch
        {
            HandshakeFaultKind.Probe => (CloseReason.Probe, Party.Client),
            HandshakeFaultKind.RefusedByPeer => (CloseReason.RefusedByPeer, Party.Client),
            HandshakeFaultKind.PeerLeft => (CloseReason.HandshakeFailed, Party.Client),
            _ => (CloseReason.HandshakeFailed, Party.Tunnel),
        };
        session.End(reason, by, fault.Detail);
    }

    private async Task<Leg?> ConnectAsync(Leg client)
    {
        var (channel, failure) = await session.ReachFarAsync().ConfigureAwait(false);
        if (channel is not null)
        {
            var target = new Leg(Party.Target, channel, new TcpTransport(channel));
            if (await GreetAsync(client).ConfigureAwait(false))
            {
                return target;
            }

            target.Transport.Dispose();
        }
        else if (failure is not null)
        {
            await TellAsync(client.Transport, GreetingCode.TargetUnreachable, "the target is not reachable")
                .ConfigureAwait(false);
            session.End(failure);
        }

        return null;
    }

    private async Task<bool> GreetAsync(Leg client)
    {
        if (session.Tls is not { SpeaksGreeting: true })
        {
            return true;
        }

        // It fits into the system's buffer, unless a client has made that small and takes nothing.
        using var limit = TimeLimit.Start(_route.Wheel, _route.Timeouts.Handshake, client.Transport.Abort);
        var written = await client
            .Transport.WriteAsync(new Greeting(GreetingCode.Ready, session.Id).ToFrame())
            .ConfigureAwait(false);
        if (limit.Expired)
        {
            session.End(
                CloseReason.HandshakeTimeout,
                Party.Tunnel,
                "the client did not take the server's greeting in time"
            );
        }
        else if (written != IoStatus.Ok)
        {
            session.End(SessionEnd.Of(client, written));
        }

        return written == IoStatus.Ok;
    }

    /// <summary>Says why there will be no session.</summary>
    private async Task TellAsync(ITransport client, GreetingCode code, string text)
    {
        if (session.Tls is not { SpeaksGreeting: true })
        {
            return;
        }

        await LastWords.SayAsync(_front, _route.Wheel, SayAsync).ConfigureAwait(false);

        async ValueTask<IoStatus> SayAsync()
        {
            var written = await client.WriteAsync(new Greeting(code, text).ToFrame()).ConfigureAwait(false);
            return written == IoStatus.Ok ? await client.CloseWriteAsync().ConfigureAwait(false) : written;
        }
    }
}
