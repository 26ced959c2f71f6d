namespace Tunnel.Simulator;

/// <summary>When somebody who may be connected to was there.</summary>
internal sealed class Presence(Scheduler scheduler)
{
    private readonly List<TimeSpan> _changes = [];

    public void Note(bool isThere)
    {
        if (isThere != (_changes.Count % 2 == 1))
        {
            _changes.Add(scheduler.Now);
        }
    }

    /// <summary>From one moment to another without a break.</summary>
    public bool Lasts(TimeSpan from, TimeSpan to)
    {
        var before = _changes.Count(change => change <= from);
        return before % 2 == 1 && (before == _changes.Count || _changes[before] > to);
    }
}
