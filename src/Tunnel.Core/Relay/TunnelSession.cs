using System.Diagnostics;
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
/// <see cref="End"/> is the only way to end a session, and its first cause wins. Any thread may call it; it cuts the
/// sockets, whereupon all that is under way completes and <see cref="RunAsync"/> comes to its end.
/// </remarks>
internal sealed class TunnelSession
{
    private static readonly string _process = RandomNumberGenerator.GetHexString(4, lowercase: true);
    private static long _lastNumber;

    private readonly Lock _lock = new();
    private readonly TimeSpan _start;
    private SessionEnd? _end;
    private SocketChannel? _back;
    private Action? _cutAttempt;
    private Direction? _up;
    private Direction? _down;
    private RelayWatch? _watch;
    private Party? _endedFirst;
    private long _lastActivity;

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

    public long BytesSent => _up?.Bytes ?? 0;

    public long BytesReceived => _down?.Bytes ?? 0;

    public TimeSpan Age => Route.Wheel.Now - _start;

    public TimeSpan LastActivity => TimeSpan.FromTicks(Volatile.Read(ref _lastActivity));

    /// <summary>True once the session has been ended, by whomever.</summary>
    public bool HasEnded => Volatile.Read(ref _end) is not null;

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
            var end = _end ?? new SessionEnd(CloseReason.InternalError, Party.Tunnel, "ended without a cause");
            Route.Table.Remove(this, inOrder: end.Reason is CloseReason.Eof or CloseReason.Probe);
            SessionLog.Closed(this, end);
        }
    }

    /// <summary>Ends the session. False when it had ended already: the first cause stands.</summary>
    public bool End(SessionEnd end)
    {
        Debug.Assert(end.Reason != CloseReason.Eof || _up is { Ended: true }, "an end in order needs both directions");
        lock (_lock)
        {
            if (_end is not null)
            {
                return false;
            }

            _end = end;
        }

        if (end.Reason != CloseReason.Eof)
        {
            Cut();
        }

        return true;
    }

    public bool End(CloseReason reason, Party by, string? detail = null) => End(new SessionEnd(reason, by, detail));

    /// <summary>A leg failed: ends the session with what that means.</summary>
    public void Fail(Leg leg, IoStatus status)
    {
        var reason = status switch
        {
            IoStatus.Reset => CloseReason.Reset,
            IoStatus.Truncated => CloseReason.Truncated,
            // Aborted by us: the cause has been noted by whoever did it.
            IoStatus.Aborted => CloseReason.InternalError,
            _ => CloseReason.NetworkError,
        };
        End(reason, leg.Party, leg.Transport.FaultDetail);
    }

    /// <summary>From now on the end of the session cuts this as well. False: it has ended already, and the channel is cut.</summary>
    public bool Adopt(SocketChannel back)
    {
        lock (_lock)
        {
            _back = back;
            if (_end is null)
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
            if (_end is null)
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

    public void Touch() => Volatile.Write(ref _lastActivity, Route.Wheel.Now.Ticks);

    /// <summary>A write could not be finished at once. Returns the time from which its timeout counts.</summary>
    public long WriteWaits() => Math.Max(1, Route.Wheel.Now.Ticks);

    /// <summary>Called after the waiting write is visible to the watch.</summary>
    public void ArmWatch() => _watch?.Arm();

    /// <summary>A side sends no more. Noted before the other side is told, which may answer with its own end at once.</summary>
    public void SideEnded(Leg from)
    {
        lock (_lock)
        {
            _endedFirst ??= from.Party;
        }
    }

    public void DirectionEnded()
    {
        Touch();
        bool both;
        lock (_lock)
        {
            // Under the lock, so that of two directions that end at the same time one sees both.
            both = _up!.Ended && _down!.Ended;
        }

        if (both)
        {
            End(CloseReason.Eof, _endedFirst!.Value);
            return;
        }

        Enter(SessionState.HalfClosed);
        _watch!.Arm();
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

    private async Task RelayAsync(Legs legs)
    {
        _up = new Direction(this, legs.Front, legs.Back);
        _down = new Direction(this, legs.Back, legs.Front);
        _watch = new RelayWatch(this, Route.Timeouts, Route.Wheel, _up, _down);
        Touch();
        Enter(SessionState.Relaying);
        _watch.Arm();
        legs.Front.Channel.ReceivesOn = legs.Front.Channel.SendsOn = Continuation.Loop;
        legs.Back.Channel.ReceivesOn = legs.Back.Channel.SendsOn = Continuation.Loop;
        await Task.WhenAll(_up.RunAsync(legs.FirstFromFront), _down.RunAsync(legs.FirstFromBack)).ConfigureAwait(false);
        _watch.Disarm();
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
