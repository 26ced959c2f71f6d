using FsCheck;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Opening;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Opening;

public sealed class BackoffTests
{
    private static readonly ReconnectSettings _settings = new()
    {
        InitialDelay = TimeSpan.FromSeconds(0.2),
        MaxDelay = TimeSpan.FromSeconds(5),
        MaxElapsed = TimeSpan.FromSeconds(30),
    };

    [QuietProperty]
    public void A_wait_is_within_its_doubling_bound_the_maximum_and_the_budget(
        NonNegativeInt attempts,
        NormalFloat part
    )
    {
        var backoff = new Backoff(_settings, Random.Shared);
        for (var i = 0; i < attempts.Get % 40; i++)
        {
            var elapsed = _settings.MaxElapsed * Math.Abs(part.Get % 1);
            var wait = backoff.Next(elapsed)!.Value;

            var bound = _settings.InitialDelay * Math.Pow(2, i);
            Assert.That(wait, Is.GreaterThanOrEqualTo(TimeSpan.Zero));
            Assert.That(wait, Is.LessThanOrEqualTo(bound).And.LessThanOrEqualTo(_settings.MaxDelay));
            Assert.That(wait, Is.LessThanOrEqualTo(_settings.MaxElapsed - elapsed));
        }
    }

    [Test]
    public void Waits_are_spread_over_the_whole_bound()
    {
        var waits = Enumerable
            .Range(0, 1000)
            .Select(_ => new Backoff(_settings, Random.Shared).Next(TimeSpan.Zero)!.Value)
            .ToArray();

        Assert.That(waits.Min(), Is.LessThan(_settings.InitialDelay / 10));
        Assert.That(waits.Max(), Is.GreaterThan(_settings.InitialDelay * 0.9));
    }

    [Test]
    public void A_spent_budget_ends_it()
    {
        var backoff = new Backoff(_settings, Random.Shared);

        Assert.That(backoff.Next(_settings.MaxElapsed), Is.Null);
    }

    [Test]
    public void Without_a_budget_there_is_one_attempt()
    {
        var backoff = new Backoff(_settings with { MaxElapsed = TimeSpan.Zero }, Random.Shared);

        Assert.That(backoff.Next(TimeSpan.Zero), Is.Null);
    }
}
