using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Net;

public sealed class DeadlineWheelTests
{
    private static readonly TimeSpan _revolution = DeadlineWheel.Tick * 512;

    private ManualTime _time = null!;
    private DeadlineWheel _wheel = null!;

    [SetUp]
    public void MakeWheel()
    {
        _time = new ManualTime();
        _wheel = new DeadlineWheel(_time);
    }

    [TearDown]
    public void StopWheel() => _wheel.Dispose();

    [QuietProperty]
    public void A_deadline_fires_once_no_earlier_than_asked_and_at_most_two_ticks_later(
        FsCheck.PositiveInt milliseconds,
        FsCheck.NonNegativeInt before
    )
    {
        MakeWheel();
        _time.Advance(TimeSpan.FromMilliseconds(before.Get * 37));
        var asked = TimeSpan.FromMilliseconds(milliseconds.Get * 53);
        var due = new Bell(_wheel);
        var from = _wheel.Now;
        _wheel.Schedule(due, asked);

        _time.Advance(asked + _revolution * 2);

        Assert.That(due.Rings, Has.Count.EqualTo(1));
        Assert.That(due.Rings[0] - from, Is.InRange(asked, asked + DeadlineWheel.Tick * 2));
    }

    [Test]
    public void A_deadline_beyond_several_revolutions_is_not_met_early()
    {
        var due = new Bell(_wheel);
        _wheel.Schedule(due, _revolution * 3);

        _time.Advance(_revolution * 3 - DeadlineWheel.Tick);
        Assert.That(due.Rings, Is.Empty);

        _time.Advance(DeadlineWheel.Tick * 3);
        Assert.That(due.Rings, Has.Count.EqualTo(1));
    }

    [Test]
    public void Scheduling_again_moves_a_deadline()
    {
        var due = new Bell(_wheel);
        _wheel.Schedule(due, TimeSpan.FromSeconds(1));
        _wheel.Schedule(due, TimeSpan.FromSeconds(3));

        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.That(due.Rings, Is.Empty);

        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.That(due.Rings, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_cancelled_deadline_does_not_fire_and_its_neighbours_do()
    {
        var bells = Enumerable.Range(0, 5).Select(_ => new Bell(_wheel)).ToArray();
        foreach (var bell in bells)
        {
            _wheel.Schedule(bell, TimeSpan.FromSeconds(1));
        }

        _wheel.Cancel(bells[0]);
        _wheel.Cancel(bells[2]);
        _wheel.Cancel(bells[4]);
        _wheel.Cancel(bells[4]);
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.That(string.Concat(bells.Select(bell => bell.Rings.Count)), Is.EqualTo("01010"));
    }

    [Test]
    public void A_deadline_may_schedule_itself_when_it_fires()
    {
        var due = new Bell(_wheel, TimeSpan.FromSeconds(1));
        _wheel.Schedule(due, TimeSpan.FromSeconds(1));

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.That(due.Rings, Has.Count.InRange(9, 10));
    }

    [Test]
    public async Task A_delay_of_nothing_completes()
    {
        var delay = _wheel.DelayAsync(TimeSpan.Zero);

        _time.Advance(DeadlineWheel.Tick * 2);

        await delay.WaitAsync(Wire.Patience);
    }

    private sealed class Bell(DeadlineWheel wheel, TimeSpan? again = null) : Deadline
    {
        public List<TimeSpan> Rings { get; } = [];

        protected internal override void OnDue()
        {
            Rings.Add(wheel.Now);
            if (again is { } after)
            {
                wheel.Schedule(this, after);
            }
        }
    }
}
