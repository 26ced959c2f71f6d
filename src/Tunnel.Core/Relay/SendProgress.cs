using Tunnel.Net;

namespace Tunnel.Relay;

/// <summary>
/// Whether one side takes what is sent to it: bytes in our system's send queue count like bytes that are still to be
/// written. Looked at from time to time by <see cref="RelayWatch"/>, under its lock.
/// </summary>
/// <param name="inspect">What the system knows about the leg.</param>
internal sealed class SendProgress(Leg leg, Func<PeerState> inspect)
{
    // A reader that takes this much within a timeout is slow but alive: 400 bytes a second with the default of 60 s.
    private const int SlowReaderBytes = 24 * 1024;

    // A receiver opens a closed window only when there is room for two segments (RFC 9293 section 3.8.6.2.2 asks for
    // one) and, on Linux, for a sixteenth of its buffer. We have seen up to 2.8 segments the first time.
    private const int SegmentsOfAnOpening = 3;
    private const int OpeningsOfAWindow = 8;

    private const int LooksToBeSure = 3;

    private long _acked = -1;
    private int _looksWaiting;
    private long _widestWindow;
    private int _segmentBytes;
    private int _stepBytes;
    private bool _answers;
    private long _lastLookMs;
    private TimeSpan _progressAt;
    private TimeSpan _answeredAt;

    public SendProgress(Leg leg)
        : this(leg, leg.Channel.Inspect) { }

    public Leg Leg => leg;

    /// <summary>Set by the direction while a write, or the end, waits for room.</summary>
    public bool IsWriting { get; set; }

    /// <summary>At the last look bytes were waiting for this side.</summary>
    public bool Waits { get; private set; }

    /// <summary>
    /// Looks, and returns when this side last took something that had to wait, if it did since the last look.
    /// </summary>
    public TimeSpan? Look(TimeSpan now)
    {
        var state = inspect();
        var sinceLookMs = state.ReadAtMs - _lastLookMs;
        var sinceTaken = TimeSpan.FromMilliseconds(Math.Min(state.SinceLastAckMs, sinceLookMs));
        var hasTaken = state.BytesAcked != _acked;
        var hadToWait = _looksWaiting > 1;
        Waits = IsWriting || (state.IsKnown && !state.IsClosed && !state.SendQueueIsEmpty);
        _looksWaiting = Waits ? _looksWaiting + 1 : 0;
        _widestWindow = Math.Max(_widestWindow, state.WindowBytes);
        _segmentBytes = state.SegmentBytes;
        _stepBytes = state.StepBytes;
        _answers = state.IsKnown && IsAnswering(state, sinceLookMs);
        (_acked, _lastLookMs) = (state.BytesAcked, _lastLookMs + sinceLookMs);
        if (hasTaken || _looksWaiting < 2)
        {
            _looksWaiting = Math.Min(_looksWaiting, 1);
            (_progressAt, _answeredAt) = (now, now);
        }
        else if (_answers)
        {
            _answeredAt = now;
        }

        return hasTaken && (hadToWait || Waits) ? now - sinceTaken : null;
    }

    /// <summary>
    /// A peer whose window is closed answers our system's probes, and between them owes no answer. One whose window
    /// closed while segments were under way answers each retransmission, and the next is not due yet.
    /// </summary>
    private static bool IsAnswering(PeerState state, long sinceLookMs) =>
        !state.OwesAnswer || state.SinceLastAckMs < Math.Max(sinceLookMs, state.RetransmissionTimeoutMs * 9 / 10);

    /// <summary>
    /// How long nothing may move before <paramref name="timeout"/> counts: longer where a slow reader could not show
    /// progress sooner, because its window opens only in large steps.
    /// </summary>
    public TimeSpan Stretch(TimeSpan timeout)
    {
        if (!Waits || !_answers)
        {
            return timeout;
        }

        var opening = Math.Max(_segmentBytes * SegmentsOfAnOpening, _widestWindow / OpeningsOfAWindow);
        return timeout * Math.Max(1.0, (double)Math.Max(opening, _stepBytes) / SlowReaderBytes);
    }

    /// <summary>Words, once bytes have waited longer than <paramref name="timeout"/>; else null.</summary>
    public string? WhyOverdue(TimeSpan now, TimeSpan timeout)
    {
        // Fewer looks prove nothing, however far apart: this process may have been stopped meanwhile.
        if (_looksWaiting < LooksToBeSure)
        {
            return null;
        }

        var party = leg.Party.Word();
        if (now - _answeredAt >= timeout)
        {
            return $"the {party} took nothing for {timeout.TotalSeconds:0.###} s, and its system does not answer";
        }

        var patience = Stretch(timeout);
        return now - _progressAt >= patience
            ? $"the {party} took nothing for {patience.TotalSeconds:0.###} s, although its system answers"
            : null;
    }
}
