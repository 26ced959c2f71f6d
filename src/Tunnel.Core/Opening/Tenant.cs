using Tunnel.Config;
using Tunnel.Net;

namespace Tunnel.Opening;

/// <summary>What one identity has of a tunnel, and who of it waits. Its owner's lock guards it.</summary>
internal sealed class Tenant(string name, TimeSpan now, Traffic traffic)
{
    // A bucket holds the sessions of one second.
    private static readonly TimeSpan _full = TimeSpan.FromSeconds(1);

    private double _tokens = double.MaxValue;
    private TimeSpan _refilledAt = now;

    public string Name => name;

    /// <summary>What its sessions carry.</summary>
    public Traffic Traffic => traffic;

    /// <summary>Live sessions.</summary>
    public int Active { get; set; }

    /// <summary>First come, first served.</summary>
    public LinkedList<AdmissionWait> Waiting { get; } = [];

    /// <summary>It stands in the round of those that wait.</summary>
    public bool IsInRound { get; set; }

    /// <summary>Which of its own limits keeps it from another session now; null: none.</summary>
    /// <param name="most">Sessions of one identity.</param>
    public string? LimitReached(LimitSettings limits, long most, TimeSpan now) =>
        Active >= most ? "limits.sessions_per_identity"
        : UntilNew(limits, now) > TimeSpan.Zero ? "limits.new_sessions_per_second"
        : null;

    /// <summary>Time until its rate allows another session.</summary>
    public TimeSpan UntilNew(LimitSettings limits, TimeSpan now)
    {
        if (limits.NewSessionsPerSecond is not { } rate)
        {
            return TimeSpan.Zero;
        }

        _tokens = Math.Min(rate, _tokens + (rate * (now - _refilledAt).TotalSeconds));
        _refilledAt = now;
        return _tokens >= 1 ? TimeSpan.Zero : TimeSpan.FromSeconds((1 - _tokens) / rate);
    }

    /// <summary>Takes a place; <see cref="LimitReached"/> has said that it may.</summary>
    public void Take()
    {
        Active++;
        _tokens--;
    }

    /// <summary>It has been quiet for so long that a new one would have no more.</summary>
    public bool IsForgettable(LimitSettings limits, TimeSpan now) =>
        Active == 0
        && Waiting.Count == 0
        && traffic.IsAtRest(now)
        && (limits.NewSessionsPerSecond is null || now - _refilledAt >= _full);
}
