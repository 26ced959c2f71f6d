using NUnit.Framework;
using Tunnel.Cli.Top;
using Tunnel.Reports;

namespace Tunnel.Tests.Cli.Top;

/// <summary>What two answers come to: bytes a second, by session and in all.</summary>
public sealed class SightTests
{
    [Test]
    public void A_rate_is_what_moved_between_two_answers_by_the_sessions_own_age()
    {
        // The second answer came late; the session itself says how much time there was.
        var sight = Sight.Of(
            Sample.Look(0, Sample.Session(1, 10_000, sent: 1000, received: 500)),
            Sample.Look(9, Sample.Session(1, 12_000, sent: 3000, received: 500))
        );
        Assert.That(sight.Rows.Single(), Is.EqualTo(new Row(sight.Rows[0].Session, 1000, 0)));
    }

    [Test]
    public void Nothing_is_known_after_the_first_answer()
    {
        var sight = Sight.Of(null, Sample.Look(0, Sample.Session(1, 10_000, sent: 1000)));
        Assert.That(sight.Rows.Single().SentRate, Is.Null);
        Assert.That(sight.SentRate, Is.Null);
    }

    [Test]
    public void A_session_that_was_not_there_before_has_moved_everything_since_its_start()
    {
        var sight = Sight.Of(Sample.Look(0), Sample.Look(1, Sample.Session(1, 500, received: 2000)));
        Assert.That(sight.Rows.Single().ReceivedRate, Is.EqualTo(4000));
    }

    [Test]
    public void A_list_that_was_cut_short_does_not_make_a_session_new()
    {
        var before = Sample.Look(0, Sample.Session(1)) with { Sessions = new SessionList(2, [Sample.Session(1)]) };
        var sight = Sight.Of(before, Sample.Look(1, Sample.Session(2, 60_000, sent: 1 << 20)));
        Assert.That(sight.Rows.Single().SentRate, Is.Null);
    }

    [Test]
    public void Another_process_has_moved_nothing_yet()
    {
        var again = Sample.Report() with { StartedAt = Sample.Start.AddHours(1) };
        var sight = Sight.Of(
            Sample.Look(0, Sample.Session(1, 1000, sent: 1)),
            Sample.Look(again, 1, Sample.Session(1, 2000, sent: 1000))
        );
        Assert.That(sight.IsAnotherProcess);
        Assert.That(sight.Rows.Single().SentRate, Is.Null);
        Assert.That(sight.SentRate, Is.Null);
    }

    [Test]
    public void The_rate_of_all_counts_tunnels_that_came_and_not_those_that_went()
    {
        var before = Sample.Report(Sample.Server("a", sent: 1000), Sample.Server("gone", sent: 5000));
        var now = Sample.Report(Sample.Server("a", sent: 3000), Sample.Server("new", sent: 100));
        var sight = Sight.Of(Sample.Look(before, 0), Sample.Look(now, 2));
        Assert.That(sight.SentRate, Is.EqualTo((2000 + 100) / 2.0));
        Assert.That(sight.ReceivedRate, Is.Zero);
    }

    [TestCase(0, "0 B")]
    [TestCase(999, "999 B")]
    [TestCase(1000, "1.0 KiB")]
    [TestCase(1023 * 1024, "1.0 MiB")]
    [TestCase(15.4 * 1024 * 1024, "15 MiB")]
    [TestCase(9.96 * 1024, "10 KiB")]
    [TestCase(null, "-")]
    public void Bytes_are_short(double? bytes, string text) => Assert.That(Units.Bytes(bytes), Is.EqualTo(text));

    [TestCase(12, "12s")]
    [TestCase(185, "3m05s")]
    [TestCase(14_940, "4h09m")]
    [TestCase(1_048_000, "12d03h")]
    public void Ages_have_two_units(int seconds, string text) =>
        Assert.That(Units.Age(TimeSpan.FromSeconds(seconds)), Is.EqualTo(text));
}
