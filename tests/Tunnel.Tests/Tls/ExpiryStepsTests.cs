using NUnit.Framework;
using Tunnel.Tls;

namespace Tunnel.Tests.Tls;

public sealed class ExpiryStepsTests
{
    private static readonly DateTimeOffset _end = new(2030, 1, 31, 0, 0, 0, TimeSpan.Zero);

    [Test]
    public void Each_step_is_due_once()
    {
        var steps = new ExpirySteps();
        var told = new List<int>();
        for (var days = 40; days >= -2; days--)
        {
            // An hour short of whole days, and asked again in the same hour.
            var now = _end - TimeSpan.FromDays(days) + TimeSpan.FromHours(1);
            if (steps.IsDue("it", _end, now))
            {
                told.Add(days);
            }

            Assert.That(steps.IsDue("it", _end, now), Is.False);
        }

        Assert.That(told, Is.EqualTo([30, 14, 7, 1]));
    }

    [Test]
    public void Who_comes_late_is_told_of_the_last_step_alone()
    {
        var steps = new ExpirySteps();
        Assert.That(steps.IsDue("it", _end, _end - TimeSpan.FromHours(30)), Is.True);
        Assert.That(steps.IsDue("it", _end, _end - TimeSpan.FromHours(29)), Is.False);
        Assert.That(steps.IsDue("it", _end, _end - TimeSpan.FromHours(2)), Is.True);
        Assert.That(steps.IsDue("it", _end, _end - TimeSpan.FromHours(1)), Is.False);
    }

    [Test]
    public void One_does_not_speak_for_another_however_many_there_are()
    {
        var steps = new ExpirySteps();
        for (var i = 0; i < 10_000; i++)
        {
            Assert.That(steps.IsDue($"no. {i}", _end, _end - TimeSpan.FromDays(10)), Is.True);
        }
    }
}
