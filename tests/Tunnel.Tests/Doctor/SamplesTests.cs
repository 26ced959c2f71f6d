using NUnit.Framework;
using Tunnel.Cli.Doctor;

namespace Tunnel.Tests.Doctor;

public sealed class SamplesTests
{
    [TestCase(0, 1)]
    [TestCase(50, 5)]
    [TestCase(90, 9)]
    [TestCase(91, 10)]
    [TestCase(99, 10)]
    [TestCase(100, 10)]
    public void A_percentile_is_a_sample_that_so_many_do_not_exceed(double percent, int expected)
    {
        var samples = new Samples();
        foreach (var ms in (int[])[7, 3, 10, 1, 9, 2, 8, 4, 6, 5])
        {
            samples.Add(TimeSpan.FromMilliseconds(ms));
        }

        Assert.That(samples.Percentile(percent).TotalMilliseconds, Is.EqualTo(expected));
    }

    [Test]
    public void Of_one_sample_all_percentiles_are_the_same()
    {
        var samples = new Samples();
        samples.Add(TimeSpan.FromMilliseconds(3));
        Assert.That(samples.Percentile(0), Is.EqualTo(samples.Percentile(99)));
    }
}
