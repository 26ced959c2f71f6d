using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Net;

/// <summary>What one identity may carry, and when it lets others go first.</summary>
public sealed class TrafficTests
{
    private const int Rate = 1000;

    private readonly ManualTime _time = new();
    private readonly BulkShares _shares = new();
    private DeadlineWheel _wheel = null!;
    private Traffic _traffic = null!;

    [SetUp]
    public void Make()
    {
        _wheel = new DeadlineWheel(_time);
        _traffic = new Traffic(_shares);
    }

    [TearDown]
    public void StopIt() => _wheel.Dispose();

    [Test]
    public void Without_a_limit_nothing_waits()
    {
        Assert.That(_traffic.Spend(int.MaxValue, _wheel), Is.EqualTo(TimeSpan.Zero));
        Assert.That(_traffic.IsAtRest(_wheel.Now), Is.True);
    }

    [Test]
    public void Whoever_spends_more_waits_until_it_is_paid_for()
    {
        _traffic.Limit(Rate);
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.That(_traffic.Spend(200, _wheel), Is.EqualTo(TimeSpan.Zero), "saved in the last fifth of a second");
        Assert.That(_traffic.Spend(500, _wheel), Is.EqualTo(TimeSpan.FromSeconds(0.5)));
        Assert.That(_traffic.Spend(500, _wheel), Is.EqualTo(TimeSpan.FromSeconds(1)), "another session's");
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.That(_traffic.Spend(500, _wheel), Is.EqualTo(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public void It_is_remembered_until_a_new_one_would_have_as_much()
    {
        _traffic.Limit(Rate);
        _time.Advance(TimeSpan.FromSeconds(10));
        _traffic.Spend(1200, _wheel);

        _time.Advance(TimeSpan.FromSeconds(1.1));
        Assert.That(_traffic.IsAtRest(_wheel.Now), Is.False);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.That(_traffic.IsAtRest(_wheel.Now), Is.True);
    }

    [Test]
    public void A_lower_limit_holds_from_the_next_byte_on()
    {
        _traffic.Limit(1_000_000);
        _traffic.Spend(1000, _wheel);
        _traffic.Limit(null);
        Assert.That(_traffic.Spend(1000, _wheel), Is.EqualTo(TimeSpan.Zero));
        _traffic.Limit(100);
        Assert.That(_traffic.Spend(1000, _wheel), Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(9)));
    }

    [Test]
    public void Of_two_identities_the_one_with_ten_bulk_flows_steps_back_nine_times()
    {
        var other = new Traffic(_shares);
        Enumerable.Range(0, 10).ToList().ForEach(_ => _traffic.BulkBegan());
        Assert.That(_traffic.StepsBack, Is.Zero, "there is nobody else");

        other.BulkBegan();
        Assert.That((_traffic.StepsBack, other.StepsBack), Is.EqualTo((9, 0)));

        other.BulkEnded();
        Assert.That((_traffic.StepsBack, _shares.Identities), Is.EqualTo((0, 1)));
    }
}
