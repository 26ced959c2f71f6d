using Tunnel.Diagnostics;
using Tunnel.Net;
using Tunnel.Relay;

namespace Tunnel.Services;

/// <summary>Logs the connection table's count and totals at an interval.</summary>
internal sealed class Monitor : Deadline, IDisposable
{
    private readonly ConnectionTable _table;
    private readonly DeadlineWheel _wheel;
    private readonly TimeSpan _interval;
    private volatile bool _stopped;

    /// <param name="interval">Null: no reports.</param>
    public Monitor(ConnectionTable table, DeadlineWheel wheel, TimeSpan? interval)
    {
        _table = table;
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
        Events.Totals(_table);
        if (!_stopped)
        {
            _wheel.Schedule(this, _interval);
        }
    }
}
