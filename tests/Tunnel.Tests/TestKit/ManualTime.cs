namespace Tunnel.Tests.TestKit;

/// <summary>A clock that stands still until a test moves it, with the timers that hang on it.</summary>
public sealed class ManualTime : TimeProvider
{
    // How often a test that waits for something looks up from moving the clock.
    private static readonly TimeSpan _glance = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private readonly List<Timer> _timers = [];
    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _now);

    /// <summary>Begins at noon of some day.</summary>
    public override DateTimeOffset GetUtcNow() =>
        new DateTimeOffset(2026, 1, 2, 12, 0, 0, TimeSpan.Zero).AddTicks(_now);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock; whatever falls due on the way is called here, in order and at its own time.</summary>
    public void Advance(TimeSpan by)
    {
        var end = _now + by.Ticks;
        while (NextBefore(end) is { } timer)
        {
            timer.Fire();
        }

        Volatile.Write(ref _now, end);
    }

    /// <summary>Lets the clock run until something has happened, however long that takes in real time.</summary>
    public async Task<T> RunUntilAsync<T>(Task<T> happened)
    {
        using var glances = new PeriodicTimer(_glance);
        using var limit = new CancellationTokenSource(Wire.Patience);
        while (!happened.IsCompleted)
        {
            Advance(TimeSpan.FromMilliseconds(50));
            await glances.WaitForNextTickAsync(limit.Token);
        }

        return await happened;
    }

    private Timer? NextBefore(long end)
    {
        lock (_lock)
        {
            var next = _timers.MinBy(timer => timer.DueAt);
            if (next is null || next.DueAt > end)
            {
                return null;
            }

            Volatile.Write(ref _now, next.DueAt);
            return next;
        }
    }

    private sealed class Timer(ManualTime time, Action callback) : ITimer
    {
        private TimeSpan _period;

        public long DueAt { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                DueAt = time._now + dueTime.Ticks;
                _period = period;
                time._timers.Remove(this);
                time._timers.Add(this);
            }

            return true;
        }

        public void Fire()
        {
            DueAt += _period.Ticks;
            callback();
        }

        public void Dispose()
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
