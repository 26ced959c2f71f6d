using Tunnel.Load.Ends;
using Tunnel.Load.Pairs;

namespace Tunnel.Load.Cases;

/// <summary>One bulk flow of one client beside ten of another: what share of all bytes it gets.</summary>
internal sealed class ShareCase()
    : LoadCase(
        "fairness-share",
        "Fairness: one bulk flow down of one client beside ten of another",
        Target.Threads,
        PairState.Contended
    )
{
    public const string Share = "share %";

    public override IReadOnlyList<Column> Columns { get; } =
    [
        new("alone MiB/s", 0, MoreIsBetter: true),
        new("beside MiB/s", 0, MoreIsBetter: true),
        new("the ten MiB/s", 0, MoreIsBetter: true),
        new(Share, 0, MoreIsBetter: true),
    ];

    public override double[] Run(RunningPair pair, Timing timing)
    {
        var one = new DownFlow(pair.Port);
        var ten = Enumerable.Range(0, 10).Select(_ => new DownFlow(pair.Other)).ToList();
        var alone = Window.Measure(pair, timing, one.Start, () => one.Count);
        var began = (One: 0L, Ten: 0L);
        var beside = Window.Measure(
            pair,
            timing,
            () => ten.ForEach(flow => flow.Start()),
            () => 0,
            on =>
                began = on
                    ? (one.Count, ten.Sum(flow => flow.Count))
                    : (one.Count - began.One, ten.Sum(flow => flow.Count) - began.Ten)
        );
        Flow.Stop([one, .. ten]);
        double MebibytesPerSecond(long bytes) => bytes / beside.Time.TotalSeconds / (1 << 20);
        return
        [
            alone.PerSecond / (1 << 20),
            MebibytesPerSecond(began.One),
            MebibytesPerSecond(began.Ten),
            100.0 * began.One / (began.One + began.Ten),
        ];
    }
}
