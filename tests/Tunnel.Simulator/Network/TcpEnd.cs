using System.Net;
using System.Net.Sockets;
using Tunnel.Net;

namespace Tunnel.Simulator;

/// <summary>
/// One end of a TCP connection as Linux has it (tcp(7), RFC 9293): both buffers, the peer's window, FIN, RST, and who
/// is told of a reset. What it does on its own happens outside of the code under test.
/// </summary>
internal sealed class TcpEnd
{
    private readonly Scheduler _scheduler;
    private readonly Link.Wire _out;
    private readonly TcpSizes _sizes;
    private readonly ByteQueue _sendQueue = new();
    private readonly ByteQueue _receiveQueue = new();
    private readonly bool _dialled;
    private int _inFlight;
    private long _peerEdge;
    private long _ownEdge;
    private bool _finQueued;
    private bool _finReceived;
    private bool _ackIsDue;
    private bool _noMoreSending;
    private bool _isClosedByProcess;
    private SocketError _error;
    private TimeSpan _lastAck;
    private TimeSpan _lastHeard;

    private TcpEnd(Scheduler scheduler, Link.Wire output, TcpSizes sizes, IPEndPoint remote, bool dialled)
    {
        (_scheduler, _out, _sizes, _dialled) = (scheduler, output, sizes, dialled);
        Remote = remote;
        _ownEdge = sizes.ReceiveBuffer;
        _lastAck = _lastHeard = scheduler.Now;
    }

    public IPEndPoint Remote { get; }

    public TcpEnd Peer { get; private set; } = null!;

    public Link Link => _out.Link;

    public TcpState State { get; private set; } = TcpState.Established;

    /// <summary>Takes in words what happens here that the other side will notice; null: nobody listens.</summary>
    public Action<string>? Told { get; set; }

    /// <summary>Called when something may have become possible that was not.</summary>
    public Action? Changed { get; set; }

    /// <summary>Bytes that the process has handed over.</summary>
    public long BytesTaken { get; private set; }

    /// <summary>Bytes of the process that the peer's system has acknowledged.</summary>
    public long BytesAcked { get; private set; }

    /// <summary>Bytes that have come in order.</summary>
    public long BytesReceived { get; private set; }

    /// <summary>When the last of them came.</summary>
    public TimeSpan LastDataAt { get; private set; }

    /// <summary>The process has ended its stream in order, and no RST has gone out before FIN.</summary>
    public bool SentFin => SentFinAt is not null;

    public TimeSpan? SentFinAt { get; private set; }

    /// <summary>This system has sent RST.</summary>
    public bool SentReset { get; private set; }

    /// <summary>Bytes that had come before the peer's FIN did; null while none has.</summary>
    public long? ReceivedBeforeEnd => _finReceived ? BytesReceived : null;

    /// <summary>Bytes that had come before the peer's RST did; null while none has.</summary>
    public long? ReceivedBeforeReset { get; private set; }

    public TimeSpan? ResetAt { get; private set; }

    public bool IsReadable => _receiveQueue.Count > 0 || _finReceived || _error != 0 || State == TcpState.Closed;

    public bool IsWritable => _sendQueue.Count < _sizes.SendBuffer || _noMoreSending || _error != 0;

    /// <summary>A new connection over a link: who dialled, and who accepts.</summary>
    public static (TcpEnd Dialled, TcpEnd Accepted) Connect(
        Scheduler scheduler,
        Link link,
        (TcpSizes Dialled, TcpSizes Accepted) sizes,
        IPEndPoint from,
        IPEndPoint to
    )
    {
        var dialled = new TcpEnd(scheduler, link.NewWire(), sizes.Dialled, to, dialled: true);
        var accepted = new TcpEnd(scheduler, link.NewWire(), sizes.Accepted, from, dialled: false);
        (dialled.Peer, accepted.Peer) = (accepted, dialled);
        (dialled._peerEdge, accepted._peerEdge) = (accepted._ownEdge, dialled._ownEdge);
        return (dialled, accepted);
    }

    public SocketResult Send(ReadOnlySpan<byte> bytes)
    {
        if (_error != 0 || _noMoreSending)
        {
            return new SocketResult(0, _error != 0 ? TakeError() : SocketError.Shutdown);
        }

        var count = Math.Min(bytes.Length, _sizes.SendBuffer - _sendQueue.Count);
        if (count <= 0)
        {
            return new SocketResult(0, SocketError.WouldBlock);
        }

        _sendQueue.Add(bytes[..count]);
        BytesTaken += count;
        Pump();
        return new SocketResult(count, SocketError.Success);
    }

    public SocketResult Receive(Span<byte> into)
    {
        var count = Math.Min(into.Length, _receiveQueue.Count);
        if (count > 0)
        {
            _receiveQueue.Peek(0, into[..count]);
            _receiveQueue.Drop(count);
            OfferWindow();
            return new SocketResult(count, SocketError.Success);
        }

        // In Linux's order: FIN, then an error that nobody has heard of, then the end of a broken connection.
        return new SocketResult(
            0,
            _receiveQueue.Count > 0 || _finReceived ? SocketError.Success
                : _error != 0 ? TakeError()
                : State == TcpState.Closed ? SocketError.Success
                : SocketError.WouldBlock
        );
    }

    /// <summary>What an engine does before it waits.</summary>
    public SocketResult Poll() => _receiveQueue.Count > 0 ? default : Receive(default);

    public SocketResult ShutdownSend()
    {
        // Linux answers ENOTCONN for a connection that is over, and the runtime makes a success of that.
        QueueFin();
        return default;
    }

    /// <summary>SO_ERROR: reported once.</summary>
    public SocketError TakeError()
    {
        var error = _error;
        _error = 0;
        return error;
    }

    /// <summary>close(2) without linger: FIN, or RST where something that has come was not read.</summary>
    public void Close()
    {
        _isClosedByProcess = true;
        if (_receiveQueue.Count > 0 && State != TcpState.Closed)
        {
            SendReset();
        }
        else
        {
            QueueFin();
        }
    }

    /// <summary>close(2) with a linger time of zero.</summary>
    public void Abort()
    {
        _isClosedByProcess = true;
        // tcp_need_reset() in Linux; and where FIN still waits behind something.
        if (State != TcpState.Closed && (State is not (TcpState.LastAck or TcpState.Closing) || !SentFin))
        {
            SendReset();
        }

        Break();
        _error = 0;
    }

    public PeerState Inspect()
    {
        var owes = _inFlight > 0 || (SentFin && State is TcpState.FinWait1 or TcpState.LastAck or TcpState.Closing);
        var (link, hasQueue) = (_out.Link, _sendQueue.Count > 0);
        var (sinceAck, timeout) = TcpTimers.Probing(link, _scheduler.Now - _lastAck, hasQueue);
        return new PeerState
        {
            IsKnown = true,
            Presence = State switch
            {
                TcpState.Established or TcpState.FinWait1 or TcpState.FinWait2 => PeerPresence.There,
                TcpState.CloseWait => PeerPresence.SentFin,
                _ => PeerPresence.Gone,
            },
            IsClosed = State == TcpState.Closed,
            BytesAcked = BytesAcked + (_dialled ? 1 : 0) + (SentFin && !owes && _sendQueue.Count == 0 ? 1 : 0),
            BytesReceived = BytesReceived + (_finReceived ? 1 : 0),
            HasUnacknowledged = owes,
            HasUnsent = _sendQueue.Count > _inFlight,
            UnansweredProbes = TcpTimers.UnansweredProbes(link, _scheduler.Now - _lastHeard, hasQueue),
            ReadAtMs = (long)_scheduler.Now.TotalMilliseconds,
            SinceLastAckMs = (uint)sinceAck.TotalMilliseconds,
            RetransmissionTimeoutMs = (uint)timeout.TotalMilliseconds,
            SegmentBytes = _sizes.Segment,
            WindowBytes = _peerEdge - BytesAcked,
        };
    }

    /// <summary>Called when the link has fallen silent: one day the system finds out.</summary>
    public void LinkDied()
    {
        _scheduler.Outside(
            TcpTimers.KeepAliveGivesUp,
            () => GiveUp(_sendQueue.Count == 0 && !(_finQueued && State != TcpState.FinWait2))
        );
        _scheduler.Outside(TcpTimers.SendingGivesUp, () => GiveUp(true));
    }

    private void GiveUp(bool isTime)
    {
        if (isTime && State != TcpState.Closed)
        {
            Told?.Invoke("gives up: nobody answers");
            Break();
            _error = SocketError.TimedOut;
            Changed?.Invoke();
        }
    }

    private void QueueFin()
    {
        if (_finQueued || State == TcpState.Closed)
        {
            return;
        }

        _finQueued = _noMoreSending = true;
        State = State == TcpState.CloseWait ? TcpState.LastAck : TcpState.FinWait1;
        Pump();
    }

    private void SendReset()
    {
        SentReset = true;
        Told?.Invoke("sends RST");
        _out.Send(Peer.OnReset);
        Break();
        _receiveQueue.Clear();
    }

    /// <summary>
    /// The connection is over for this system: nothing more is sent, what has come can still be read.
    /// </summary>
    private void Break()
    {
        _sendQueue.Clear();
        _inFlight = 0;
        _noMoreSending = true;
        State = TcpState.Closed;
    }

    private void Pump()
    {
        while (_sendQueue.Count > _inFlight)
        {
            var room = Math.Min(_peerEdge - BytesAcked - _inFlight, _sizes.Segment);
            var count = (int)Math.Min(_sendQueue.Count - _inFlight, room);
            if (count <= 0)
            {
                return;
            }

            var segment = new byte[count];
            _sendQueue.Peek(_inFlight, segment);
            _inFlight += count;
            _out.Send(() => Peer.OnData(segment));
        }

        if (_finQueued && !SentFin)
        {
            SentFinAt = _scheduler.Now;
            Told?.Invoke("sends FIN");
            _out.Send(() => Peer.OnFin());
        }
    }

    private void OnData(byte[] segment)
    {
        if (State == TcpState.Closed || _isClosedByProcess)
        {
            // Nobody is there any more to read it. A connection that ended in order has left its TIME_WAIT behind.
            SendReset();
            return;
        }

        _lastHeard = LastDataAt = _scheduler.Now;
        _receiveQueue.Add(segment);
        BytesReceived += segment.Length;
        Acknowledge();
        Changed?.Invoke();
    }

    private void OnFin()
    {
        if (State == TcpState.Closed || _finReceived)
        {
            return;
        }

        _lastHeard = _scheduler.Now;
        _finReceived = true;
        Told?.Invoke($"has FIN behind {BytesReceived} bytes");
        State = State switch
        {
            TcpState.Established => TcpState.CloseWait,
            TcpState.FinWait1 => TcpState.Closing,
            TcpState.FinWait2 => TcpState.Closed,
            var other => other,
        };
        AcknowledgeNow();
        Changed?.Invoke();
    }

    private void OnAck(long received, bool fin, long edge)
    {
        _lastAck = _lastHeard = _scheduler.Now;
        if (State == TcpState.Closed)
        {
            return;
        }

        var acked = (int)(received - BytesAcked);
        _sendQueue.Drop(acked);
        _inFlight -= acked;
        BytesAcked += acked;
        _peerEdge = Math.Max(_peerEdge, edge);
        if (fin)
        {
            State = State switch
            {
                TcpState.FinWait1 => TcpState.FinWait2,
                TcpState.Closing or TcpState.LastAck => TcpState.Closed,
                var other => other,
            };
        }

        Pump();
        Changed?.Invoke();
    }

    private void OnReset()
    {
        if (State == TcpState.Closed)
        {
            return;
        }

        (ReceivedBeforeReset, ResetAt) = (BytesReceived, _scheduler.Now);
        Told?.Invoke($"has RST behind {BytesReceived} bytes");
        _error = State == TcpState.CloseWait ? SocketError.Shutdown : SocketError.ConnectionReset;
        Break();
        Changed?.Invoke();
    }

    private void Acknowledge()
    {
        if (_ackIsDue)
        {
            return;
        }

        _ackIsDue = true;
        var later = _scheduler.Dice.Percent(80) ? TimeSpan.Zero : TcpTimers.LatestAck * _scheduler.Dice.NextDouble();
        _scheduler.Outside(later, AcknowledgeNow);
    }

    private void AcknowledgeNow()
    {
        _ackIsDue = false;
        _ownEdge = Math.Max(_ownEdge, BytesReceived + _sizes.ReceiveBuffer - _receiveQueue.Count);
        var (received, fin, edge) = (BytesReceived, _finReceived, _ownEdge);
        _out.Send(() => Peer.OnAck(received, fin, edge));
    }

    /// <summary>A window opens only in steps that are worth a segment (RFC 9293 section 3.8.6.2.2).</summary>
    private void OfferWindow()
    {
        var edge = BytesReceived + _sizes.ReceiveBuffer - _receiveQueue.Count;
        if (State != TcpState.Closed && edge - _ownEdge >= Math.Min(_sizes.Segment, _sizes.ReceiveBuffer / 2))
        {
            AcknowledgeNow();
        }
    }
}
