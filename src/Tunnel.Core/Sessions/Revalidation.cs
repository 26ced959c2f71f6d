using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Opening;
using Tunnel.Relay;
using Tunnel.Tls;

namespace Tunnel.Sessions;

/// <summary>
/// Asks whether the peers of live sessions would be let in now: of all, when the tunnel goes by another plan; of those
/// whose certificates have expired, when that happens. Peers with the same chain are judged once. It works on the
/// thread pool, away from the loops.
/// </summary>
internal sealed class Revalidation(SessionTable table, TunnelState tunnel) : Deadline
{
    // A clock that is set, or a machine that was asleep, is noticed within this time.
    private static readonly TimeSpan _longestPause = TimeSpan.FromMinutes(1);

    // Up to 8,000 a second. Each end keeps a loop busy for some 0.1 ms, and the sessions that go on must not wait for
    // many of them. The wheel's ticks are too far apart for that.
    private const int EndsAtOnce = 40;
    private static readonly TimeSpan _betweenEnds = TimeSpan.FromMilliseconds(5);

    private readonly Lock _lock = new();
    private DateTimeOffset _nextExpiry = DateTimeOffset.MaxValue;
    private int _ended;

    /// <summary>The plan has been replaced.</summary>
    public void PlanChanged() => Queue(static _ => true);

    /// <summary>A session relays from now on; its handshake may be older than the plan.</summary>
    public void Began(Session session)
    {
        if (session.Admitted?.ExpiresAt is { } expiry)
        {
            Note(expiry);
        }

        // Either it sees the new plan, or whoever replaced the plan sees the session.
        Interlocked.MemoryBarrier();
        if (!ReferenceEquals(session.Plan, tunnel.Plan))
        {
            Queue(other => other == session);
        }
    }

    /// <summary>The tunnel has ended.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _nextExpiry = DateTimeOffset.MinValue;
            tunnel.Engine.Wheel.Cancel(this);
        }
    }

    protected internal override void OnDue()
    {
        lock (_lock)
        {
            if (_nextExpiry >= Now)
            {
                Schedule();
                return;
            }

            _nextExpiry = DateTimeOffset.MaxValue;
        }

        var now = Now;
        Queue(session => session.Admitted?.ExpiresAt is { } expiry && HasExpired(expiry, now));
    }

    private DateTimeOffset Now => tunnel.Engine.Time.GetUtcNow();

    private bool HasExpired(DateTimeOffset expiry, DateTimeOffset now)
    {
        if (expiry < now)
        {
            return true;
        }

        Note(expiry);
        return false;
    }

    private void Note(DateTimeOffset expiry)
    {
        lock (_lock)
        {
            if (expiry < _nextExpiry)
            {
                _nextExpiry = expiry;
                Schedule();
            }
        }
    }

    private void Schedule()
    {
        if (_nextExpiry < DateTimeOffset.MaxValue)
        {
            var until = _nextExpiry - Now;
            tunnel.Engine.Wheel.Schedule(this, TimeSpan.FromTicks(Math.Clamp(until.Ticks, 0, _longestPause.Ticks)));
        }
    }

    private void Queue(Func<Session, bool> whom) => _ = Task.Run(() => ReviewAsync(whom));

    private async Task ReviewAsync(Func<Session, bool> whom)
    {
        if (tunnel.EnterPlan() is not { } plan)
        {
            return;
        }

        try
        {
            foreach (var sessions in ByPeer(table.Live.Where(it => it.Admitted is not null && whom(it)), plan.Role))
            {
                if (Judge(sessions[0], plan) is not { } refusal)
                {
                    continue;
                }

                // A list that we lack is our own fault, and not worth an outage.
                var goOn = plan.OnRevoked == OnRevokedSetting.Warn || refusal.Code == RefusalCode.RevocationUnknown;
                SessionLog.NoLongerAllowed(tunnel, sessions[0].Admitted!, refusal, sessions.Count, goOn);
                if (!goOn)
                {
                    var end = new SessionEnd(CloseReason.NoLongerAllowed, Party.Tunnel, refusal.Reason);
                    await EndAsync(sessions, end).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e)
        {
            tunnel.Log.Error(e, "a look at the live sessions hit a bug of the tunnel itself, please report it");
        }
        finally
        {
            plan.Tls.Leave();
        }
    }

    /// <summary>Most peers have several sessions from one address, and those share the chain.</summary>
    private static IEnumerable<List<Session>> ByPeer(IEnumerable<Session> sessions, TunnelRole role) =>
        sessions
            .GroupBy(session =>
                (
                    (object?)session.Admitted!.Chain ?? session.Admitted.Peer,
                    session.Admitted.From,
                    Server: role == TunnelRole.Client ? session.Target : null
                )
            )
            .Select(peer => peer.ToList());

    private static Refusal? Judge(Session session, TunnelPlan plan)
    {
        var index = plan.Role == TunnelRole.Client ? plan.Forward.IndexOf(session.Target!) : 0;
        // A server that is listed no more has no name that it must bear, but it must still be trusted.
        return index >= 0 ? plan.Tls.JudgeAgain(session.Admitted!, index)
            : plan.Tls.JudgeAgain(session.Admitted!) is { Code: not RefusalCode.WrongName } refusal ? refusal
            : null;
    }

    private async Task EndAsync(List<Session> sessions, SessionEnd end)
    {
        foreach (var session in sessions)
        {
            if (_ended >= EndsAtOnce)
            {
                _ended = 0;
                await Task.Delay(_betweenEnds, tunnel.Engine.Time).ConfigureAwait(false);
            }

            _ended++;
            session.End(end);
        }
    }
}
