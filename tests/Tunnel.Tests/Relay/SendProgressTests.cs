using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Relay;

namespace Tunnel.Tests.Relay;

/// <summary>
/// Who takes what is sent, who only takes it slowly, and who is gone, told apart by what the system knows.
/// </summary>
public sealed class SendProgressTests
{
    // Longer than this process has been running: no acknowledgement has come since the last look.
    private const uint NoneSinceMs = uint.MaxValue;
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _look = _timeout / 4;

    private PeerState _state;
    private TimeSpan _now = TimeSpan.FromHours(1);

    [Test]
    public void A_side_whose_system_does_not_answer_is_overdue_after_the_timeout()
    {
        _state = new PeerState
        {
            IsKnown = true,
            HasUnacknowledged = true,
            SinceLastAckMs = NoneSinceMs,
        };

        Assert.That(LooksUntilOverdue(), Is.EqualTo(4));
        Assert.That(_why, Does.Contain("does not answer"));
    }

    [Test]
    public void A_side_whose_closed_window_is_probed_in_vain_is_overdue_after_the_timeout()
    {
        _state = new PeerState
        {
            IsKnown = true,
            HasUnsent = true,
            UnansweredProbes = 1,
            SinceLastAckMs = NoneSinceMs,
            WindowBytes = 1 << 20,
        };

        Assert.That(LooksUntilOverdue(), Is.EqualTo(4));
    }

    [Test]
    public void A_side_that_answers_behind_a_closed_window_gets_the_time_that_a_slow_reader_needs_to_open_it()
    {
        // Loopback: two segments open the window, which take a reader of 400 bytes a second four minutes.
        _state = new PeerState
        {
            IsKnown = true,
            HasUnsent = true,
            SegmentBytes = 48 * 1024,
        };

        Assert.That(LooksUntilOverdue() * _look, Is.GreaterThan(TimeSpan.FromMinutes(4)));
        Assert.That(_why, Does.Contain("its system answers"));
    }

    [Test]
    public void Small_buffers_get_no_longer_than_the_timeout()
    {
        _state = new PeerState
        {
            IsKnown = true,
            HasUnsent = true,
            SegmentBytes = 1448,
            WindowBytes = 16 * 1024,
        };

        Assert.That(LooksUntilOverdue(), Is.EqualTo(4));
    }

    [Test]
    public void A_side_whose_window_closed_over_segments_under_way_answers_their_retransmissions()
    {
        _state = new PeerState
        {
            IsKnown = true,
            HasUnacknowledged = true,
            HasUnsent = true,
            SinceLastAckMs = 20_000,
            RetransmissionTimeoutMs = 50_000,
            SegmentBytes = 48 * 1024,
        };

        Assert.That(LooksUntilOverdue(), Is.GreaterThan(4), "the next one is not due yet");
    }

    [Test]
    public void A_side_that_takes_something_between_two_looks_is_never_overdue()
    {
        var progress = new SendProgress(null!, () => _state);
        for (var looks = 0; looks < 100; looks++)
        {
            _state = new PeerState
            {
                IsKnown = true,
                HasUnacknowledged = true,
                SinceLastAckMs = NoneSinceMs,
                BytesAcked = looks,
            };
            progress.Look(_now += _look);
            Assert.That(progress.WhyOverdue(_now, _timeout), Is.Null);
        }
    }

    [Test]
    public void One_look_after_a_long_pause_says_nothing()
    {
        _state = new PeerState
        {
            IsKnown = true,
            HasUnacknowledged = true,
            SinceLastAckMs = NoneSinceMs,
        };
        var progress = new SendProgress(null!, () => _state);
        progress.Look(_now);
        _now += TimeSpan.FromHours(8);
        progress.Look(_now);

        Assert.That(progress.WhyOverdue(_now, _timeout), Is.Null, "this process may have been stopped");
    }

    [Test]
    public void Where_the_system_says_nothing_a_write_that_waits_is_what_counts()
    {
        _state = PeerState.Unknown;
        var progress = new SendProgress(null!, () => _state);
        progress.Look(_now);
        Assert.That(progress.Waits, Is.False);

        progress.IsWriting = true;
        progress.Look(_now);
        Assert.That(progress.Waits, Is.True);
    }

    private string? _why;

    private int LooksUntilOverdue()
    {
        var progress = new SendProgress(new Leg(Party.Client, null!, null!), () => _state);
        progress.Look(_now);
        var looks = 0;
        do
        {
            looks++;
            progress.Look(_now += _look);
            _why = progress.WhyOverdue(_now, _timeout);
        } while (_why is null && looks < 1000);

        return looks;
    }
}
