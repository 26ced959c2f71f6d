using NUnit.Framework;
using Tunnel.Load.Cases;
using Tunnel.Load.Reports;

namespace Tunnel.Tests.Perf;

/// <summary>The load harness's table of goals over made-up rounds.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class GoalsTests
{
    private static readonly BulkCase _bulk = new(up: true);
    private readonly Results _results = new();

    [Test]
    public void Ratios_are_of_the_same_round_and_to_the_peer_with_the_best_median()
    {
        // The machine is twice as fast in the second round: the ratios of the rounds are the same all the while.
        Measured("tunnel/openssl", Warmth.Warm, 150, 300, 150);
        Measured("stunnel", Warmth.Warm, 100, 200, 100);
        Measured("haproxy", Warmth.Warm, 90, 900, 90);
        Measured("relays", Warmth.Warm, 1000, 1000, 1000);

        Assert.That(Row("bulk-up, MiB/s"), Does.Contain("| stunnel 100 | 1.50 | ≥ 1.4 × | yes |"));
    }

    [Test]
    public void A_round_that_one_of_the_two_has_not_is_not_compared()
    {
        Measured("tunnel/openssl", Warmth.Warm, 150, 10);
        Measured("stunnel", Warmth.Warm, 100);

        Assert.That(Row("bulk-up, MiB/s"), Does.Contain("| 1.50 |"));
    }

    [Test]
    public void Cold_is_judged_by_itself()
    {
        Measured("tunnel/openssl", Warmth.Warm, 150);
        Measured("stunnel", Warmth.Warm, 100);
        Measured("tunnel/openssl", Warmth.Cold, 100);
        Measured("stunnel", Warmth.Cold, 100);

        Assert.That(Row("bulk-up, MiB/s"), Does.EndWith("| yes |"));
        Assert.That(Row("bulk-up, MiB/s, cold"), Does.EndWith("| **no** |"));
    }

    private void Measured(string pair, Warmth warmth, params double[] throughputs)
    {
        for (var round = 0; round < throughputs.Length; round++)
        {
            _results.Add(_bulk, pair, warmth, round, [throughputs[round], double.NaN]);
        }
    }

    private string Row(string figure) =>
        Goals.Judge([_bulk], _results).Single(row => row.StartsWith($"| {figure} |", StringComparison.Ordinal));
}
