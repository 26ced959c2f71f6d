using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Opening;
using Tunnel.Relay;
using Tunnel.Tls;

namespace Tunnel.Sessions;

/// <summary>
/// One tunnelled connection from accept to its last line in the log: open, relay, end, record. Client and server run
/// the same steps; they differ in how they open the two legs (<see cref="ClientOpening"/>,
/// <see cref="ServerOpening"/>).
/// </summary>
internal sealed class Session
{
    private readonly SocketChannel _front;
    private readonly SessionFacts _facts;
    private readonly SessionCounts _counts;
    private readonly Ending _ending;
    private readonly Action<Session> _admitted;
    private Stranger? _stranger;
    private TimeSpan _reportedAt;
    private bool _hasLastLine;
    private TwoWayRelay? _relay;

    /// <param name="plan">By which it begins; entered, and left at its end.</param>
    /// <param name="front">The connection that was accepted.</param>
    /// <param name="counts">The counts of its table.</param>
    /// <param name="admitted">Called when it begins to relay.</param>
    public Session(
        TunnelState tunnel,
        TunnelPlan plan,
        SocketChannel front,
        SessionCounts counts,
        Action<Session> admitted
    )
    {
        (_front, _counts, _admitted) = (front, counts, admitted);
        _facts = new SessionFacts(tunnel, plan, front.RemoteEndPoint);
        _ending = new Ending(front);
    }

    public long Number => _facts.Number;

    /// <inheritdoc cref="SessionRecord.Id"/>
    public string Id => _facts.Id;

    public SessionState State { get; private set; } = SessionState.Accepted;

    /// <summary>The plan by which it began, or made its last attempt.</summary>
    public TunnelPlan Plan => _facts.Plan;

    /// <summary>What the TLS peer was let in by; null until the session relays.</summary>
    public TlsInfo? Admitted { get; private set; }

    /// <summary>To whom it connects; null before the first attempt.</summary>
    public Target? Target => _facts.Target;

    public long BytesSent => _relay?.Up.Bytes ?? 0;

    public long BytesReceived => _relay?.Down.Bytes ?? 0;

    /// <summary>
    /// Server: takes its place among the clients that have not shown who they are, and evicts another if necessary.
    /// </summary>
    public void EnterStrangers() => _stranger = _facts.Tunnel.Strangers?.Admit(_facts.Peer, _ending);

    /// <summary>Runs until both connections are gone and the last line is in the log.</summary>
    public async Task<SessionEnd> RunAsync()
    {
        var legs = default(Legs);
        try
        {
            var opened = await OpenAsync().ConfigureAwait(false);
            if (opened.End is { } end)
            {
                End(end);
            }

            legs = opened.Legs;
            if (legs is not null)
            {
                await RelayAsync(legs).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            // What peers and networks do is reported by value: an exception here is a bug of ours.
            SessionLog.Crashed(_facts, e);
            End(new SessionEnd(CloseReason.InternalError, Party.Tunnel, e.Message));
        }
        finally
        {
            Enter(SessionState.Closed);
            _stranger?.Leave();
            GiveBack(legs);
        }

        var cause = _ending.Cause ?? new SessionEnd(CloseReason.InternalError, Party.Tunnel, "ended without a cause");
        lock (_ending)
        {
            _hasLastLine = true;
        }

        SessionLog.Closed(_facts, cause, Record);
        SessionMeter.Count(_facts, cause);
        return cause;
    }

    /// <inheritdoc cref="Ending.End"/>
    public bool End(SessionEnd end) => _ending.End(end);

    /// <param name="peer">A name of a certificate.</param>
    public bool IsOf(string peer) => _facts.Identity?.Name == peer || _facts.Claimed?.Name == peer;

    /// <summary>What is known of it now.</summary>
    public SessionRecord Record(SessionEnd? end = null) =>
        SessionRecord.Of(_facts, State, (BytesSent, BytesReceived), end);

    /// <summary>Logs that it begins to relay.</summary>
    public void ReportBegun() => LiveSessionLog.Begun(_facts, Record());

    /// <summary>
    /// Logs how far it has come, if it relays and has had no such line for that long. Never twice at once.
    /// </summary>
    /// <returns>Whether there is a line.</returns>
    public bool ReportWhenDue(TimeSpan interval)
    {
        var age = _facts.Age;
        if (_relay is null || age - _reportedAt < interval)
        {
            return false;
        }

        // The line in which it ends is its last.
        lock (_ending)
        {
            if (_hasLastLine)
            {
                return false;
            }

            _reportedAt = age;
            LiveSessionLog.GoesOn(_facts, Record());
            return true;
        }
    }

    private Task<Opened> OpenAsync()
    {
        var arrival = new Arrival(_front, _facts, _ending, Enter, _stranger);
        return _facts.Plan.Role == TunnelRole.Server
            ? new ServerOpening(arrival).OpenAsync()
            : new ClientOpening(arrival).OpenAsync();
    }

    private Task RelayAsync(Legs legs)
    {
        Enter(SessionState.Relaying);
        Admitted = _facts.Tls;
        _admitted(this);
        _relay = new TwoWayRelay(
            legs,
            _facts.Plan.Timeouts,
            _facts.Tunnel.Engine.Wheel,
            _facts.Traffic,
            _ending,
            Enter,
            e => SessionLog.Crashed(_facts, e)
        );
        return _relay.RunAsync();
    }

    private void Enter(SessionState state)
    {
        State = state;
        SessionLog.State(_facts, state, _counts.Active);
    }

    private void GiveBack(Legs? legs)
    {
        try
        {
            legs?.Back.Transport.Dispose();
            legs?.Front.Transport.Dispose();
            // If no transport was made on it.
            _front.Dispose();
            _facts.Leave();
        }
        catch (Exception e)
        {
            // The session's line and its place in the table must not depend on it.
            SessionLog.Crashed(_facts, e);
        }
    }
}
