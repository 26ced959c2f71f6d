using Tunnel.Net;
using Tunnel.Sessions;

namespace Tunnel.Tunnels;

/// <summary>
/// Writes a line for each live session at an interval of its own. One pass a second, away from the event loops, goes
/// round the table in slices: an idle connection has no timer, and however many there are, a second has no more than
/// <see cref="MostLinesASecond"/> lines. More sessions than that wait longer, none of them for ever.
/// </summary>
internal sealed class LiveSessionsLog : Deadline
{
    /// <summary>With an interval of a minute, enough for 6,000 sessions of a tunnel.</summary>
    public const int MostLinesASecond = 100;

    // A look costs some 50 ns, so a pass takes a millisecond at most.
    private const int MostLooks = 20_000;

    private static readonly TimeSpan _betweenPasses = TimeSpan.FromSeconds(1);

    private readonly SessionTable _table;
    private readonly DeadlineWheel _wheel;
    private readonly TimeSpan _interval;
    private IEnumerator<Session>? _round;
    private volatile bool _stopped;

    /// <param name="interval">Null: no lines.</param>
    public LiveSessionsLog(SessionTable table, DeadlineWheel wheel, TimeSpan? interval)
    {
        (_table, _wheel, _interval) = (table, wheel, interval ?? TimeSpan.Zero);
        if (interval is not null)
        {
            wheel.Schedule(this, _betweenPasses);
        }
    }

    /// <summary>The tunnel has ended.</summary>
    public void Stop()
    {
        _stopped = true;
        _wheel.Cancel(this);
    }

    protected internal override void OnDue()
    {
        Pass();
        if (!_stopped)
        {
            _wheel.Schedule(this, _betweenPasses);
        }
    }

    private void Pass()
    {
        _round ??= _table.Live.GetEnumerator();
        for (var (lines, looks) = (0, 0); lines < MostLinesASecond && looks < MostLooks; looks++)
        {
            if (!_round.MoveNext())
            {
                _round = null;
                return;
            }

            lines += _round.Current.ReportWhenDue(_interval) ? 1 : 0;
        }
    }
}
