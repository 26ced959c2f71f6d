using NLog;
using Tunnel.Net;

namespace Tunnel.Opening;

/// <summary>
/// Failures that have had their line, so that the same ones from the same source are only counted. As long as they
/// come, a line a minute says how many there were; after a minute without one the next has its line again. From any
/// thread.
/// </summary>
internal sealed class Repeats(DeadlineWheel wheel, LineBudget budget, ILogger log) : IDisposable
{
    /// <summary>
    /// What is kept of strangers, 1 KiB each at most. When there are more, the limits of their kinds hold alone.
    /// </summary>
    public const int MostKept = 1000;

    private const int MostDetailLetters = 256;

    private static readonly TimeSpan _minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _whenBusy = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Kind, string Source, int What), Entry> _entries = [];

    internal int Kept
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <returns>Whether it is a repeated one, which has been counted now.</returns>
    public bool Count(string kind, Failure failure)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(KeyOf(kind, failure), out var entry))
            {
                return false;
            }

            entry.More++;
            return true;
        }
    }

    /// <summary>It has its line now.</summary>
    public void Begin(string kind, Failure failure, LogLevel level)
    {
        Entry entry;
        lock (_lock)
        {
            if (_entries.Count >= MostKept)
            {
                return;
            }

            entry = new Entry(this, kind, level, failure with { Detail = Cut(failure.Detail) });
            if (!_entries.TryAdd(entry.Key = KeyOf(kind, failure), entry))
            {
                // Another thread was first; one line too many.
                return;
            }
        }

        wheel.Schedule(entry, _minute);
    }

    /// <summary>Writes the numbers that have not been written yet, those beyond the budget as one.</summary>
    public void Dispose()
    {
        List<Entry> entries;
        lock (_lock)
        {
            entries = [.. _entries.Values];
            _entries.Clear();
        }

        var others = 0L;
        foreach (var entry in entries)
        {
            wheel.Cancel(entry);
            if (entry.More > 0 && budget.TryTake())
            {
                Write(entry, entry.More);
            }
            else
            {
                others += entry.More;
            }
        }

        if (others > 0)
        {
            log.Warn("failures of many sources: {more} more in the last minute", others);
        }
    }

    private void EndMinute(Entry entry)
    {
        long more;
        TimeSpan next;
        lock (_lock)
        {
            if (entry.More == 0)
            {
                _entries.Remove(entry.Key);
                return;
            }

            // Its turn comes in a second in which fewer lines are written.
            (more, next) = budget.TryTake() ? (entry.More, _minute) : (0, _whenBusy);
            entry.More -= more;
        }

        if (more > 0)
        {
            Write(entry, more);
        }

        wheel.Schedule(entry, next);
    }

    private void Write(Entry entry, long more) =>
        log.Log(
            entry.Level,
            "{kind:l}, {address:l}: {more} more in the last minute: reason={reason} detail={detail:512}",
            entry.Kind,
            entry.Failure.Source,
            more,
            entry.Failure.Reason.Word(),
            entry.Failure.Detail ?? FieldText.None
        );

    // A hash in place of words that strangers choose: two that are taken for one cost a line.
    private static (string, string, int) KeyOf(string kind, Failure failure) =>
        (kind, failure.Source, HashCode.Combine(failure.Reason, failure.Detail));

    private static string? Cut(string? detail) =>
        detail?.Length > MostDetailLetters ? $"{detail[..MostDetailLetters]}…" : detail;

    private sealed class Entry(Repeats owner, string kind, LogLevel level, Failure failure) : Deadline
    {
        public (string, string, int) Key { get; set; }

        public string Kind => kind;

        public LogLevel Level => level;

        public Failure Failure => failure;

        public long More { get; set; }

        protected internal override void OnDue() => owner.EndMinute(this);
    }
}
