using Tunnel.Net;

namespace Tunnel.Opening;

/// <summary>Tells the log of evicted strangers: one line for all of an interval, however many they are.</summary>
internal sealed class EvictionReport(DeadlineWheel wheel) : Deadline
{
    // Six lines a minute under fire; the first is soon enough for whoever looks on.
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private int _evicted;
    private int _silent;
    private string _last = "";

    public void Count(Stranger stranger)
    {
        bool isFirst;
        lock (_lock)
        {
            isFirst = _evicted == 0;
            _evicted++;
            _silent += stranger.Stage == StrangerStage.Silent ? 1 : 0;
            _last = stranger.Address.ToString();
        }

        if (isFirst)
        {
            wheel.Schedule(this, _interval);
        }
    }

    /// <summary>Tells what has not been told yet; at the end of the tunnel.</summary>
    public void Flush()
    {
        wheel.Cancel(this);
        OnDue();
    }

    protected internal override void OnDue()
    {
        int evicted;
        int silent;
        string last;
        lock (_lock)
        {
            (evicted, silent, last) = (_evicted, _silent, _last);
            (_evicted, _silent) = (0, 0);
        }

        if (evicted > 0)
        {
            OpeningLog.Evicted(evicted, silent, last);
        }
    }
}
