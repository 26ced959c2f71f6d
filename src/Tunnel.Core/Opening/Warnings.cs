using NLog;
using Tunnel.Net;

namespace Tunnel.Opening;

/// <summary>
/// Prevents strangers from filling the log: of each kind a limited number of lines a minute is written, the others only
/// at a lower level, and their number when the minute is over or the tunnel ends.
/// </summary>
internal sealed class Warnings : IDisposable
{
    /// <summary>
    /// Warnings of one kind in a minute: enough to see who and why, a line every three seconds at most.
    /// </summary>
    public const int MostAMinute = 20;

    /// <summary>Lines about failed sessions of strangers in a minute: five a second, at most 150 MB a day.</summary>
    public const int MostStrangersAMinute = 300;

    private static readonly TimeSpan _minute = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Kind> _kinds = [];
    private readonly DeadlineWheel _wheel;
    private readonly ILogger _log;

    /// <param name="log">The tunnel's.</param>
    public Warnings(DeadlineWheel wheel, ILogger log) => (_wheel, _log) = (wheel, log);

    /// <summary>The level at which to write a warning now.</summary>
    /// <param name="kind">In the plural, as in "refused certificates: 37 more". A constant.</param>
    /// <param name="otherwise">The level of those over the limit; by default debug.</param>
    public LogLevel LevelOf(string kind, LogLevel? otherwise = null) =>
        LevelOf(kind, LogLevel.Warn, MostAMinute, otherwise ?? LogLevel.Debug);

    /// <summary>The level of the line about a session whose client has not shown who it is.</summary>
    public LogLevel LevelOfStranger() =>
        LevelOf("sessions of strangers that came to nothing", LogLevel.Info, MostStrangersAMinute, LogLevel.Debug);

    /// <summary>Writes the numbers that have not been written yet.</summary>
    public void Dispose()
    {
        List<Kind> kinds;
        lock (_lock)
        {
            kinds = [.. _kinds.Values];
        }

        kinds.ForEach(kind =>
        {
            _wheel.Cancel(kind);
            EndMinute(kind);
        });
    }

    private LogLevel LevelOf(string kind, LogLevel usual, int most, LogLevel otherwise)
    {
        Kind? begun = null;
        LogLevel level;
        lock (_lock)
        {
            if (!_kinds.TryGetValue(kind, out var state))
            {
                _kinds[kind] = state = new Kind(this, kind, most);
            }

            if (++state.Count == 1)
            {
                begun = state;
            }

            level = state.Count <= most ? usual : otherwise;
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
            more = kind.Count - kind.Most;
            kind.Count = 0;
        }

        if (more > 0)
        {
            _log.Warn("{kind:l}: {more} more in the last minute", kind.Name, more);
        }
    }

    private sealed class Kind(Warnings owner, string name, int most) : Deadline
    {
        public string Name => name;

        public int Most => most;

        public long Count { get; set; }

        protected internal override void OnDue() => owner.EndMinute(this);
    }
}
