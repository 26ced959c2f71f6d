using System.Diagnostics;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Tls;

namespace Tunnel.Relay;

/// <summary>
/// How a client's session comes to be: attempts to reach the server and to be accepted by it, until one succeeds, the
/// budget is spent, trying again cannot help, or the local application leaves. The application's bytes stay in the
/// system's buffers meanwhile, so no attempt can lose or repeat one.
/// </summary>
internal sealed class ClientOpening(TunnelSession session)
{
    private readonly Route _route = session.Route;
    private readonly TcpTransport _application = new(session.Front);
    private Task<Chunk>? _early;

    /// <returns>Null when the session has been ended instead.</returns>
    public async Task<Legs?> OpenAsync()
    {
        var legs = await ReachAsync().ConfigureAwait(false);
        if (legs is null && _early is not null)
        {
            // The session's end has cut the socket, so this completes; nobody may dispose of a channel before.
            (await _early.ConfigureAwait(false)).Return();
        }

        return legs;
    }

    private async Task<Legs?> ReachAsync()
    {
        using var watch = new ApplicationWatch(session);
        var backoff = new Backoff(_route.Reconnect ?? new ReconnectSettings());
        for (var attempts = 1; ; attempts++)
        {
            var attempt = new ClientAttempt(session, _application, _early);
            var legs = await attempt.RunAsync().ConfigureAwait(false);
            _early = attempt.FirstFromApplication;
            if (legs is not null || session.HasEnded)
            {
                return legs;
            }

            var failure = attempt.Failure!;
            if (failure.Final || backoff.Next(session.Age) is not { } delay)
            {
                SessionLog.GivenUp(session, failure.End, attempts, failure.Final);
                session.End(failure.End);
                return null;
            }

            SessionLog.AttemptFailed(session, failure.End, attempts, delay);
            session.Enter(SessionState.Retrying);
            watch.FinMeansGone = true;
            await Task.WhenAny(_route.Wheel.DelayAsync(delay), watch.Left).ConfigureAwait(false);
            if (session.HasEnded)
            {
                return null;
            }
        }
    }
}

/// <summary>Why one attempt came to nothing.</summary>
/// <param name="Final">True when another one would come to the same: a verdict about a certificate.</param>
internal sealed record AttemptFailure(SessionEnd End, bool Final);
