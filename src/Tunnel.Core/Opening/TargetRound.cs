namespace Tunnel.Opening;

/// <summary>One session's way through the targets: each once, and all together in the time for connecting.</summary>
/// <param name="excluded">Those that the session does not want at all.</param>
/// <param name="time">For connecting.</param>
internal sealed class TargetRound(Targets targets, IReadOnlyCollection<Target> excluded, TimeSpan time)
{
    // A lost SYN is sent again after a second (RFC 6298 section 2.1): a shorter time would take loss for silence.
    private static readonly TimeSpan _shortestShare = TimeSpan.FromSeconds(1.5);

    private readonly HashSet<Target> _tried = [];
    private TimeSpan _left = time;

    /// <summary>How long the current one may take: an equal share of what is left.</summary>
    public TimeSpan Share { get; private set; }

    /// <summary>Whether another one could follow.</summary>
    public bool HasMore => _left > TimeSpan.Zero && Untried > 0;

    private int Untried => targets.All.Count - _tried.Count - excluded.Count;

    /// <summary>The next one, which the session has entered then; null when there is none, or no time.</summary>
    public Target? Next(TimeSpan now)
    {
        if (
            !HasMore
            || targets.Enter(target => _tried.Contains(target) || excluded.Contains(target), now) is not { } next
        )
        {
            return null;
        }

        var share = _left / Untried;
        Share =
            share > _shortestShare ? share
            : _shortestShare < _left ? _shortestShare
            : _left;
        _tried.Add(next);
        return next;
    }

    /// <summary>Connecting to the current one has taken this long.</summary>
    public void Spend(TimeSpan time) => _left -= time;
}
