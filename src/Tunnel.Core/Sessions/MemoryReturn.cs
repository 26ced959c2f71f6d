using Tunnel.Net;

namespace Tunnel.Sessions;

/// <summary>
/// When most of many sessions have ended, gives their memory back to the system; the collector and the C library would
/// keep it for the next burst. A process that is idle or evenly busy never pays for it.
/// </summary>
/// <param name="giveBack">Called on a pool thread, never twice at once.</param>
internal sealed class MemoryReturn(DeadlineWheel wheel, Action giveBack) : Deadline
{
    // Some 4 MiB. For fewer sessions it is not worth stopping the others for a full collection.
    private const int LeastSessions = 100;

    // A restarted application opens its connections again within seconds.
    internal static readonly TimeSpan Calm = TimeSpan.FromSeconds(5);

    private int _most;
    private int _active;
    private int _isDue;

    /// <summary>How many sessions there are now; called at each change.</summary>
    public void Changed(int active)
    {
        _active = active;
        if (active > _most)
        {
            _most = active;
        }
        else if (IsOver(active) && Interlocked.Exchange(ref _isDue, 1) == 0)
        {
            wheel.Schedule(this, Calm);
        }
    }

    protected internal override void OnDue()
    {
        var active = _active;
        if (IsOver(active))
        {
            _most = active;
            ThreadPool.UnsafeQueueUserWorkItem(static memory => memory.Run(), this, preferLocal: false);
        }
        else
        {
            Volatile.Write(ref _isDue, 0);
        }
    }

    // Threads race for the numbers; the effect is one collection more or less.
    private bool IsOver(int active) => _most - active >= LeastSessions && active <= _most / 2;

    private void Run()
    {
        giveBack();
        Volatile.Write(ref _isDue, 0);
    }
}
