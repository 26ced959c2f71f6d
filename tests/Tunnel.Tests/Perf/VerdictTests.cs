using NUnit.Framework;
using Tunnel.Load.Reports;

namespace Tunnel.Tests.Perf;

/// <summary>What the load harness makes of the rounds of a run.</summary>
public sealed class VerdictTests
{
    [TestCase(new[] { 1.4, 1.5, 1.6 }, ExpectedResult = Verdict.Met)]
    [TestCase(new[] { 1.39, 1.5, 1.6 }, ExpectedResult = Verdict.WithinTheSpread)]
    [TestCase(new[] { 1.3, 1.39, 1.6 }, ExpectedResult = Verdict.NotMet)]
    public string At_least(double[] rounds) => Verdict.Of(Spread.Of(rounds)!, 1.4, atMost: false);

    [TestCase(new[] { 20.0, 24, 25 }, ExpectedResult = Verdict.Met)]
    [TestCase(new[] { 20.0, 24, 26 }, ExpectedResult = Verdict.WithinTheSpread)]
    [TestCase(new[] { 20.0, 26, 27 }, ExpectedResult = Verdict.NotMet)]
    public string At_most(double[] rounds) => Verdict.Of(Spread.Of(rounds)!, 25, atMost: true);

    [Test]
    public void A_figure_is_its_median_with_the_range_of_the_rounds_that_have_it()
    {
        Assert.That(Spread.Of([4, 1, double.NaN, 3, 2])!.Text(1), Is.EqualTo("2.5 (1.0–4.0)"));
        Assert.That(Spread.Of([2])!.Text(1), Is.EqualTo("2.0"));
        Assert.That(Spread.Of([double.NaN]), Is.Null);
    }
}
