using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Tunnel.Net;
using Tunnel.Tls;

namespace Tunnel.Relay;

/// <summary>
/// One tunnelled connection from accept to its last line in the log. Client and server run the same steps; they differ
/// in how the two legs come to be (<see cref="ClientOpening"/>, <see cref="ServerOpening"/>).
/// </summary>
/// <remarks>
/// The first cause that is noted is why a session ended. <see cref="End(SessionEnd)"/> notes one and cuts the sockets,
/// whereupon all that is under way completes and <see cref="RunAsync"/> comes to its end; any thread may call it. While
/// bytes are relayed, <see cref="TwoWayRelay"/> notes what the sides did, and tells each of the other behind the last byte.
/// </remarks>
internal sealed class TunnelSession
{
    private static readonly string _process = RandomNumberGenerator.GetHexString(4, lowercase: true);
    private static long _lastNumber;

    private readonly Lock _lock = new();
    private readonly TimeSpan _start;
    private readonly Ending _ending = new();
    private SocketChannel? _back;
    private Action? _cutAttempt;
    private TwoWayRelay? _relay;

    public TunnelSession(Route route, SocketChannel front)
    {
        Route = route;
        Front = front;
        Number = Interlocked.Increment(ref _lastNumber);
        Id = string.Create(CultureInfo.InvariantCulture, $"{_process}-{Number}");
        _start = route.Wheel.Now;
    }

    public Route Route { get; }

    public long Number { get; }

    public string Id { get; }

    /// <summary>The connection that was accepted.</summary>
    public SocketChannel Front { get; }

    public SessionState State { get; private set; } = SessionState.Accepted;

    /// <summary>Server: its place among the clients that have not shown who they are.</summary>
    public Stranger? Stranger { get; set; }

    public TlsInfo? Tls { get; set; }

    /// <summary>Who the TLS peer is; null unless its certificate has been accepted.</summary>
    public PeerIdentity? Identity { get; set; }

    /// <summary>Who a peer that we refused says it is: nobody has verified that.</summary>
    public PeerIdentity? Claimed { get; set; }

    /// <summary>Id of the same connection in the log of the other tunnel, where it is known.</summary>
    public string? RemoteId { get; set; }

    public TimeSpan HandshakeTime { get; set; }

    public TimeSpan ConnectTime { get; set; }

    public long BytesSent => _relay?.Up.Bytes ?? 0;

    public long BytesReceived => _relay?.Down.Bytes ?? 0;

    public TimeSpan Age => Route.Wheel.Now - _start;

    /// <summary>True once the session has been ended, by whomever.</summary>
    public bool HasEnded => _ending.Cause is not null;

    public async Task RunAsync()
    {
        Leg? front = null;
        Leg? back = null;
        try
        {
            var legs =
                Route.Role == TlsRole.Server
                    ? await new ServerOpening(this).OpenAsync().ConfigureAwait(false)
                    : await new ClientOpening(this).OpenAsync().ConfigureAwait(false);
            if (legs is not null)
            {
                (front, back) = (legs.Front, legs.Back);
                await RelayAsync(legs).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            // Whatever peers and networks do is reported by value: an exception here is our own fault.
            SessionLog.Crashed(Id, e);
            End(new SessionEnd(CloseReason.InternalError, Party.Tunnel, e.Message));
        }
        finally
        {
            Enter(SessionState.Closed);
            Stranger?.Leave();
            GiveBack(front, back);
            var end = _ending.Cause ?? new SessionEnd(CloseReason.InternalError, Party.Tunnel, "ended without a cause");
            // Whoever waits until the table is empty finds the line in the log.
            SessionLog.Closed(this, end);
            Route.Table.Remove(this, inOrder: end.Reason is CloseReason.Eof or CloseReason.Probe);
        }
    }

    /// <summary>Ends the session at once: both sides are cut. False when it had ended already: the first cause stands.</summary>
    public bool End(SessionEnd end)
    {
        var isFirst = _ending.TryNote(end);
        // Also when it was not: a session that is telling its sides of its end is cut short.
        Cut();
        return isFirst;
    }

    public bool End(CloseReason reason, Party by, string? detail = null) => End(new SessionEnd(reason, by, detail));

    /// <summary>From now on the end of the session cuts this as well. False: it has ended already, and the channel is cut.</summary>
    public bool Adopt(SocketChannel back)
    {
        lock (_lock)
        {
            _back = back;
            if (!HasEnded)
            {
                return true;
            }
        }

        back.Abort();
        return false;
    }

    /// <summary>What to call if the session ends while the far side is being reached; null when that is over.</summary>
    public void CutAttemptBy(Action? cut)
    {
        lock (_lock)
        {
            _cutAttempt = cut;
            if (!HasEnded)
            {
                return;
            }
        }

        cut?.Invoke();
    }

    public void Enter(SessionState state)
    {
        State = state;
        SessionLog.State(this, state);
    }

    public SessionSnapshot Snapshot() =>
        new(
            Id,
            Front.RemoteEndPoint.ToString(),
            Identity?.Name,
            Route.Far.ToString(),
            State,
            Age,
            BytesSent,
            BytesReceived
        );

    private Task RelayAsync(Legs legs)
    {
        Enter(SessionState.Relaying);
        _relay = new TwoWayRelay(legs, Route.Timeouts, Route.Wheel, _ending, Enter, e => SessionLog.Crashed(Id, e));
        return _relay.RunAsync();
    }

    private void GiveBack(Leg? front, Leg? back)
    {
        try
        {
            back?.Transport.Dispose();
            front?.Transport.Dispose();
            // Where no transport came to stand on it.
            Front.Dispose();
        }
        catch (Exception e)
        {
            // The session's line and its place in the table must not depend on it.
            SessionLog.Crashed(Id, e);
        }
    }

    private void Cut()
    {
        SocketChannel? back;
        Action? cutAttempt;
        lock (_lock)
        {
            (back, cutAttempt) = (_back, _cutAttempt);
        }

        Front.Abort();
        back?.Abort();
        cutAttempt?.Invoke();
    }
}
