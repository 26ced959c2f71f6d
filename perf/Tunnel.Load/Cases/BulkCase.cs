using Tunnel.Load.Ends;
using Tunnel.Load.Pairs;

namespace Tunnel.Load.Cases;

/// <summary>Four connections move as much as they can in one direction.</summary>
internal sealed class BulkCase(bool up)
    : LoadCase(
        up ? "bulk-up" : "bulk-down",
        up ? "Bulk up, 4 connections" : "Bulk down, 4 connections",
        Target.Threads,
        PairState.Warm
    )
{
    public const string Throughput = "MiB/s";
    public const string Cpu = "CPU-s/GiB";

    public override IReadOnlyList<Column> Columns { get; } =
    [new(Throughput, 0, MoreIsBetter: true), new(Cpu, 2, MoreIsBetter: false)];

    public override double[] Run(RunningPair pair, Timing timing)
    {
        var flows = Enumerable
            .Range(0, 4)
            .Select(_ => up ? (Flow)new UpFlow(pair.Port) : new DownFlow(pair.Port))
            .ToList();
        var window = Window.Measure(pair, timing, () => flows.ForEach(f => f.Start()), () => flows.Sum(f => f.Count));
        Flow.Stop(flows);
        return [window.PerSecond / (1 << 20), window.CpuMicrosecondsEach / 1e6 * (1 << 30)];
    }
}
