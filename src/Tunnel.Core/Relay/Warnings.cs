using NLog;
using Tunnel.Net;

namespace Tunnel.Relay;

/// <summary>
/// Keeps whoever can make us warn from filling the log: of each kind so many warnings a minute are written, the others
/// only at a lower level, and their number when the minute is over.
/// </summary>
internal sealed class Warnings
{
    /// <summary>Warnings of one kind in a minute: enough to see who and why, a line every three seconds at most.</summary>
    public const int MostAMinute = 20;

    private static readonly TimeSpan _minute = TimeSpan.FromMinutes(1);

    private static readonly Logger _log = LogManager.GetLogger("tunnel");

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Kind> _kinds = [];
    private readonly DeadlineWheel _wheel;

    public Warnings(DeadlineWheel wheel) => _wheel = wheel;

    /// <summary>The level at which to write a warning that has just become due.</summary>
    /// <param name="kind">In the plural, as in "refused certificates: 37 more". A constant.</param>
    /// <param name="otherwise">The level of those that are too many; by default debug.</param>
    public LogLevel LevelOf(string kind, LogLevel? otherwise = null)
    {
        Kind? begun = null;
        LogLevel level;
        lock (_lock)
        {
            if (!_kinds.TryGetValue(kind, out var state))
            {
                _kinds[kind] = state = new Kind(this, kind);
            }

            if (++state.Count == 1)
            {
                begun = state;
            }

            level = state.Count <= MostAMinute ? LogLevel.Warn : otherwise ?? LogLevel.Debug;
        }

        if (begun is not null)
        {
            _wheel.Schedule(begun, _minute);
        }

        return level;
    }

    private void EndMinute(Kind kind)
    {
        long more;
        lock (_lock)
        {
            more = kind.Count - MostAMinute;
            kind.Count = 0;
        }

        if (more > 0)
        {
            _log.Warn("{kind:l}: {more} more in the last minute", kind.Name, more);
        }
    }

    private sealed class Kind(Warnings owner, string name) : Deadline
    {
        public string Name => name;

        public long Count { get; set; }

        protected internal override void OnDue() => owner.EndMinute(this);
    }
}
