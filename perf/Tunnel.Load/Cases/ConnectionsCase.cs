using Tunnel.Load.Ends;
using Tunnel.Load.Pairs;

namespace Tunnel.Load.Cases;

/// <summary>New connections, eight at a time: connect, one byte there and back, close.</summary>
internal sealed class ConnectionsCase(bool resumed)
    : LoadCase(
        resumed ? "connections-resumed" : "connections-full",
        resumed ? "New connections, sessions resumed" : "New connections, full handshakes",
        Target.Events,
        resumed ? PairState.Warm : PairState.FullHandshakes
    )
{
    public const string Rate = "conn/s";

    public override IReadOnlyList<Column> Columns { get; } =
    [new(Rate, 0, MoreIsBetter: true), new("CPU-us/conn", 0, MoreIsBetter: false)];

    public override double[] Run(RunningPair pair, Timing timing)
    {
        var flows = Enumerable.Range(0, 8).Select(_ => new ConnectFlow(pair.Port)).ToList();
        var window = Window.Measure(pair, timing, () => flows.ForEach(f => f.Start()), () => flows.Sum(f => f.Count));
        Flow.Stop(flows);
        return [window.PerSecond, window.CpuMicrosecondsEach];
    }
}
