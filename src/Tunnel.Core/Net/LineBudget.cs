namespace Tunnel.Net;

/// <summary>
/// How many lines about failures the tunnels of a process may write in a second, whatever strangers do. From any
/// thread.
/// </summary>
internal sealed class LineBudget(DeadlineWheel wheel)
{
    /// <summary>A line costs some 20 us until it is in a file: 0.2 % of a processor.</summary>
    public const int MostASecond = 100;

    private readonly Lock _lock = new();
    private long _second = -1;
    private int _taken;

    /// <returns>Whether one more may be written now.</returns>
    public bool TryTake()
    {
        var second = (long)wheel.Now.TotalSeconds;
        lock (_lock)
        {
            if (second != _second)
            {
                (_second, _taken) = (second, 0);
            }

            return _taken < MostASecond && ++_taken > 0;
        }
    }
}
