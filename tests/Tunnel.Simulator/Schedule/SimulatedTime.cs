namespace Tunnel.Simulator;

/// <summary>The clock of a world, and the timers that hang on it.</summary>
internal sealed class SimulatedTime(Scheduler scheduler) : TimeProvider
{
    // Certificates are valid now.
    private readonly DateTimeOffset _start = DateTimeOffset.UtcNow;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => scheduler.NowTicks;

    public override DateTimeOffset GetUtcNow() => _start + scheduler.Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(scheduler, () => callback(state), period);
        timer.Arm(dueTime);
        return timer;
    }

    private sealed class Timer(Scheduler scheduler, Action callback, TimeSpan period) : ITimer
    {
        private bool _stopped;

        public void Arm(TimeSpan after) => scheduler.Inside(after, Fire);

        public bool Change(TimeSpan dueTime, TimeSpan period) =>
            throw new NotSupportedException("no timer of the product is changed");

        public void Dispose() => _stopped = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        private void Fire()
        {
            if (!_stopped)
            {
                Arm(period);
                callback();
            }
        }
    }
}
