using NLog;
using Tunnel.Net;
using Tunnel.Sessions;

namespace Tunnel.Tunnels;

/// <summary>Logs the session table's count and totals at an interval, unless they are unchanged.</summary>
internal sealed class TotalsLog : Deadline, IDisposable
{
    private readonly SessionTable _table;
    private readonly DeadlineWheel _wheel;
    private readonly TimeSpan _interval;
    private readonly ILogger _log;
    private (int Active, long Accepted, (long Sent, long Received) Bytes) _last;
    private volatile bool _stopped;

    /// <param name="interval">Null: no reports.</param>
    /// <param name="log">The tunnel's.</param>
    public TotalsLog(SessionTable table, DeadlineWheel wheel, TimeSpan? interval, ILogger log)
    {
        (_table, _log) = (table, log);
        _wheel = wheel;
        _interval = interval ?? TimeSpan.Zero;
        if (interval is not null)
        {
            wheel.Schedule(this, _interval);
        }
    }

    public void Dispose()
    {
        _stopped = true;
        _wheel.Cancel(this);
    }

    protected internal override void OnDue()
    {
        var now = (_table.Active, _table.Accepted, _table.Bytes);
        if (now != _last)
        {
            TunnelLog.Totals(_log, _table);
            _last = now;
        }

        if (!_stopped)
        {
            _wheel.Schedule(this, _interval);
        }
    }
}
