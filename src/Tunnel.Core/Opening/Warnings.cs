using NLog;
using Tunnel.Net;

namespace Tunnel.Opening;

/// <summary>
/// Prevents strangers from filling the log. A failure that repeats is written once, then counted
/// (<see cref="Repeats"/>); of each kind a limited number of lines a minute is written, and of all kinds and tunnels
/// together a limited number a second (<see cref="LineBudget"/>). The others are written only at a lower level, and
/// their number when the minute is over or the tunnel ends.
/// </summary>
internal sealed class Warnings : IDisposable
{
    /// <summary>
    /// Warnings of one kind in a minute: enough to see who and why, a line every three seconds at most.
    /// </summary>
    public const int MostAMinute = 20;

    /// <summary>Lines about failed sessions of strangers in a minute: five a second, at most 150 MB a day.</summary>
    public const int MostStrangersAMinute = 300;

    private const string OfStrangers = "sessions of strangers that came to nothing";

    private static readonly TimeSpan _minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _whenBusy = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Kind> _kinds = [];
    private readonly Repeats _repeats;
    private readonly DeadlineWheel _wheel;
    private readonly LineBudget _budget;
    private readonly ILogger _log;

    /// <param name="budget">Of the process.</param>
    /// <param name="log">The tunnel's.</param>
    public Warnings(DeadlineWheel wheel, LineBudget budget, ILogger log)
    {
        (_wheel, _budget, _log) = (wheel, budget, log);
        _repeats = new Repeats(wheel, budget, log);
    }

    /// <summary>The level at which to write a warning now.</summary>
    /// <param name="kind">In the plural, as in "refused certificates: 37 more". A constant.</param>
    /// <param name="failure">Null: it has no source that could repeat it.</param>
    /// <param name="otherwise">The level of those that are only counted; by default debug.</param>
    public LogLevel LevelOf(string kind, Failure? failure = null, LogLevel? otherwise = null) =>
        LevelOf(kind, failure, otherwise, out _);

    /// <param name="isRepeat">The same failure has had its line, and this one is counted.</param>
    /// <inheritdoc cref="LevelOf(string, Failure?, LogLevel?)"/>
    public LogLevel LevelOf(string kind, Failure? failure, LogLevel? otherwise, out bool isRepeat) =>
        LevelOf(kind, LogLevel.Warn, MostAMinute, failure, otherwise ?? LogLevel.Debug, out isRepeat);

    /// <summary>The level of the line about a session whose client has not shown who it is.</summary>
    public LogLevel LevelOfStranger(Failure failure) =>
        LevelOf(OfStrangers, LogLevel.Info, MostStrangersAMinute, failure, LogLevel.Debug, out _);

    /// <summary>Writes the numbers that have not been written yet.</summary>
    public void Dispose()
    {
        _repeats.Dispose();
        List<Kind> kinds;
        lock (_lock)
        {
            kinds = [.. _kinds.Values];
        }

        kinds.ForEach(kind =>
        {
            _wheel.Cancel(kind);
            EndMinute(kind, isLast: true);
        });
    }

    private LogLevel LevelOf(
        string kind,
        LogLevel usual,
        int most,
        Failure? failure,
        LogLevel otherwise,
        out bool isRepeat
    )
    {
        isRepeat = failure is { } again && _repeats.Count(kind, again);
        if (isRepeat)
        {
            return otherwise;
        }

        Kind? begun = null;
        bool isWritten;
        lock (_lock)
        {
            if (!_kinds.TryGetValue(kind, out var state))
            {
                _kinds[kind] = state = new Kind(this, kind);
            }

            begun = ++state.Count == 1 ? state : null;
            isWritten = state.Written < most && _budget.TryTake();
            state.Written += isWritten ? 1 : 0;
        }

        if (begun is not null)
        {
            _wheel.Schedule(begun, _minute);
        }

        if (isWritten && failure is { } first)
        {
            _repeats.Begin(kind, first, usual);
        }

        return isWritten ? usual : otherwise;
    }

    private void EndMinute(Kind kind, bool isLast)
    {
        long more;
        bool waits;
        lock (_lock)
        {
            more = kind.Count - kind.Written;
            waits = more > 0 && !isLast && !_budget.TryTake();
            if (!waits)
            {
                kind.Count = kind.Written = 0;
            }
        }

        if (waits)
        {
            _wheel.Schedule(kind, _whenBusy);
        }
        else if (more > 0)
        {
            _log.Warn("{kind:l}: {more} more in the last minute", kind.Name, more);
        }
    }

    private sealed class Kind(Warnings owner, string name) : Deadline
    {
        public string Name => name;

        public long Count { get; set; }

        public long Written { get; set; }

        protected internal override void OnDue() => owner.EndMinute(this, isLast: false);
    }
}
