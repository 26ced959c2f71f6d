using Tunnel.Load.Ends;
using Tunnel.Load.Pairs;

namespace Tunnel.Load.Cases;

/// <summary>From the start of the process to the first connection it accepts; the slower of the pair's two.</summary>
internal sealed class StartCase() : LoadCase("start", "Start to listening", Target.Events, PairState.Fresh)
{
    public const string Time = "ms";

    public override IReadOnlyList<Column> Columns { get; } = [new(Time, 0, MoreIsBetter: false)];

    public override double[] Run(RunningPair pair, Timing timing) => [pair.StartTime.TotalMilliseconds];
}
