using NUnit.Framework;
using Tunnel.Net;

namespace Tunnel.Tests.Net;

/// <summary>A process that was stopped and goes on blames nobody for the time between.</summary>
public sealed class StoppedProcessTests
{
    [Test]
    public void Time_in_which_the_process_did_not_run_makes_no_deadline_due()
    {
        var time = new StoppableTime();
        using var wheel = new DeadlineWheel(time);
        var due = new Due();
        wheel.Schedule(due, TimeSpan.FromSeconds(3));
        time.Run(TimeSpan.FromSeconds(1));

        time.Stop(TimeSpan.FromHours(1));

        var before = wheel.Now;
        Assert.That(before, Is.LessThanOrEqualTo(TimeSpan.FromSeconds(2)));
        time.Run(DeadlineWheel.Tick);
        Assert.That(due.Times, Is.Zero);
        Assert.That(wheel.Now, Is.GreaterThanOrEqualTo(before), "time goes on, never back");
        time.Run(TimeSpan.FromSeconds(3));
        Assert.That(due.Times, Is.EqualTo(1));
    }

    private sealed class Due : Deadline
    {
        public int Times { get; private set; }

        protected internal override void OnDue() => Times++;
    }

    /// <summary>A clock whose timer does not fire while it is stopped.</summary>
    private sealed class StoppableTime : TimeProvider
    {
        private long _now;
        private Action _fire = () => { };

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Stop(TimeSpan length) => _now += length.Ticks;

        public void Run(TimeSpan length)
        {
            for (var end = _now + length.Ticks; _now < end; )
            {
                _now += DeadlineWheel.Tick.Ticks;
                _fire();
            }
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _fire = () => callback(state);
            return System.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
