using NLog;
using Tunnel.Net;

namespace Tunnel.Opening;

/// <summary>Logs evicted strangers: one line for all in an interval. Their own lines are at debug.</summary>
internal sealed class EvictionReport(DeadlineWheel wheel, ILogger log) : Deadline
{
    // Six lines a minute under attack; the first is soon enough for somebody who watches.
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private int _evicted;
    private int _silent;
    private string _last = "";
    private string _limit = "";

    /// <param name="sender">An address, or a user of this machine.</param>
    /// <param name="isSilent">It had not sent a whole ClientHello.</param>
    /// <param name="limit">To which it gave way.</param>
    public void Count(string sender, bool isSilent, string limit)
    {
        bool isFirst;
        lock (_lock)
        {
            isFirst = _evicted == 0;
            _evicted++;
            _silent += isSilent ? 1 : 0;
            (_last, _limit) = (sender, limit);
        }

        if (isFirst)
        {
            wheel.Schedule(this, _interval);
        }
    }

    /// <summary>Reports what has not been reported yet; at the end of the tunnel.</summary>
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
        string limit;
        lock (_lock)
        {
            (evicted, silent, last, limit) = (_evicted, _silent, _last, _limit);
            (_evicted, _silent) = (0, 0);
        }

        if (evicted > 0)
        {
            Write(evicted, silent, last, limit);
        }
    }

    private void Write(int count, int silent, string last, string limit) =>
        log.Warn(
            "cut {evicted} {connections:l} that had not shown who they are, to make room for others ({limit:l} "
                + "is reached): {silent} of them had not even sent a ClientHello; the last came from {address:l}. If "
                + "these are good clients raise that limit; if not keep them away from the port (firewall)",
            count,
            count == 1 ? "connection" : "connections",
            limit,
            silent,
            last
        );
}
