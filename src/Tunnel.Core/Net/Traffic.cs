namespace Tunnel.Net;

/// <summary>
/// What the sessions of one identity carry together: no more than it may have in a second, and, when several identities
/// move bulk data, no more turns than another. From any thread.
/// </summary>
internal sealed class Traffic(BulkShares shares)
{
    // What may go at once after a quiet moment: several ticks of the wheel, so that nothing is lost by its rounding.
    private static readonly TimeSpan _saved = DeadlineWheel.Tick * 4;

    // Beyond this, stepping back costs more than it gives to others: some 20 us a turn.
    private const int MostStepsBack = 63;

    private readonly Lock _lock = new();
    private int _bulkFlows;
    private long _bytesPerSecond;
    private double _owed;
    private TimeSpan _lastSpent;

    /// <summary>
    /// How often a bulk flow lets all others go first after a turn, so that the identities have equal shares.
    /// </summary>
    public int StepsBack => shares.Identities > 1 ? Math.Clamp(Volatile.Read(ref _bulkFlows) - 1, 0, MostStepsBack) : 0;

    /// <summary>One direction of a session moves bulk data, until <see cref="BulkEnded"/>.</summary>
    public void BulkBegan()
    {
        if (Interlocked.Increment(ref _bulkFlows) == 1)
        {
            shares.Enter();
        }
    }

    public void BulkEnded()
    {
        if (Interlocked.Decrement(ref _bulkFlows) == 0)
        {
            shares.Leave();
        }
    }

    /// <param name="bytesPerSecond">From now on; null: no limit.</param>
    public void Limit(long? bytesPerSecond) => Volatile.Write(ref _bytesPerSecond, bytesPerSecond ?? 0);

    /// <summary>Bytes have been carried.</summary>
    /// <returns>How long the session has to wait before it carries more.</returns>
    public TimeSpan Spend(int bytes, DeadlineWheel wheel)
    {
        var rate = Volatile.Read(ref _bytesPerSecond);
        if (rate == 0)
        {
            return TimeSpan.Zero;
        }

        var now = wheel.Now;
        lock (_lock)
        {
            _owed = Math.Max(_owed - ((now - _lastSpent).TotalSeconds * rate), -_saved.TotalSeconds * rate) + bytes;
            _lastSpent = now;
            return _owed > 0 ? TimeSpan.FromSeconds(_owed / rate) : TimeSpan.Zero;
        }
    }

    /// <summary>Whether a new one would have no more.</summary>
    public bool IsAtRest(TimeSpan now)
    {
        var rate = Volatile.Read(ref _bytesPerSecond);
        lock (_lock)
        {
            return rate == 0 || _owed - ((now - _lastSpent).TotalSeconds * rate) <= -_saved.TotalSeconds * rate;
        }
    }
}

/// <summary>How many identities of the process move bulk data at the moment.</summary>
internal sealed class BulkShares
{
    private int _identities;

    public int Identities => Volatile.Read(ref _identities);

    public void Enter() => Interlocked.Increment(ref _identities);

    public void Leave() => Interlocked.Decrement(ref _identities);
}
