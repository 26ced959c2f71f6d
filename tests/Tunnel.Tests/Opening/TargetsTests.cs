using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Opening;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Opening;

/// <summary>The choice among targets, also when many sessions choose at the same time.</summary>
public sealed class TargetsTests
{
    private const int Most = 3_000;

    private readonly ManualTime _time = new();

    [TestCase(TargetPolicy.RoundRobin)]
    [TestCase(TargetPolicy.LeastConnections)]
    public void Many_at_once_are_spread_evenly(TargetPolicy policy)
    {
        var targets = New(policy, 3);

        Parallel.For(0, Most, _ => targets.Enter(target => false, TimeSpan.Zero));

        Assert.That(targets.All.Select(target => target.Sessions), Is.EqualTo([Most / 3, Most / 3, Most / 3]));
    }

    [Test]
    public void Of_many_at_once_only_one_goes_to_a_target_that_may_be_back()
    {
        using var engine = new Engine(_time, OpenFiles.Process);
        var targets = New(TargetPolicy.Failover, 2);
        targets.All[0].Failed(engine, "refused", later: false);

        Parallel.For(0, Most, _ => targets.Enter(target => false, TimeSpan.FromMinutes(1)));

        Assert.That(targets.All.Select(target => target.Sessions), Is.EqualTo([1, Most - 1]));
    }

    [Test]
    public void Those_that_rest_are_tried_last_and_not_left_out()
    {
        using var engine = new Engine(_time, OpenFiles.Process);
        var targets = New(TargetPolicy.Failover, 3);
        targets.All[0].Failed(engine, "refused", later: false);
        targets.All[1].Failed(engine, "refused", later: false);
        var round = new TargetRound(targets, [], TimeSpan.FromSeconds(10));

        Assert.That(
            Enumerable.Range(0, 4).Select(_ => round.Next(TimeSpan.Zero)).ToList(),
            Is.EqualTo([targets.All[2], targets.All[0], targets.All[1], null])
        );
    }

    [Test]
    public void Each_gets_an_equal_part_of_the_time_that_is_left_and_never_less_than_a_lost_packet_costs()
    {
        var round = new TargetRound(New(TargetPolicy.Failover, 5), [], TimeSpan.FromSeconds(5.5));
        var shares = new List<double>();

        while (round.Next(TimeSpan.Zero) is not null)
        {
            shares.Add(round.Share.TotalSeconds);
            round.Spend(shares.Count == 1 ? TimeSpan.FromSeconds(0.5) : round.Share);
        }

        Assert.That(shares, Is.EqualTo([1.5, 1.5, 1.5, 1.5, 0.5]));
        round = new TargetRound(New(TargetPolicy.Failover, 2), [], TimeSpan.FromSeconds(10));
        round.Next(TimeSpan.Zero);
        Assert.That(round.Share.TotalSeconds, Is.EqualTo(5));
        round.Spend(TimeSpan.FromSeconds(1));
        round.Next(TimeSpan.Zero);
        Assert.That(round.Share.TotalSeconds, Is.EqualTo(9));
        Assert.That(round.HasMore, Is.False);
    }

    [Test]
    public void A_look_calls_a_target_healthy_only_if_it_had_not_accepted_connections()
    {
        using var engine = new Engine(_time, OpenFiles.Process);
        var target = New(TargetPolicy.Failover, 1).All[0];

        Assert.That(target.Failed(engine, "silent", later: true), Is.Not.Null);
        Assert.That(target.Failed(engine, "still", later: true), Is.Null, "no news");
        Assert.That(target.Worked(engine, entirely: false), Is.Null);
        Assert.That(target.Worked(engine, entirely: true), Is.Not.Null);
        Assert.That(target.Worked(engine, entirely: true), Is.Null, "no news");
        target.Failed(engine, "refused", later: false);
        Assert.That(target.Worked(engine, entirely: false), Is.Not.Null);
    }

    private Targets New(TargetPolicy policy, int count) =>
        new(Forwards.To(policy, Enumerable.Range(1, count)), _time.GetUtcNow());
}
