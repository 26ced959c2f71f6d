using Tunnel.Load.Ends;
using Tunnel.Load.Pairs;

namespace Tunnel.Load.Cases;

/// <summary>
/// Sixteen connections that each send 64 bytes at most once per 50 ms and wait for the echo, beside four bulk flows,
/// two in each direction, that saturate the tunnel.
/// </summary>
internal sealed class MixedCase()
    : LoadCase("mixed", "Mixed: 16 sparse echo connections beside 4 bulk flows", Target.Threads, PairState.Warm)
{
    public const string Throughput = "bulk MiB/s";
    public const string P50 = "echo p50 ms";
    public const string P99 = "echo p99 ms";
    public const string Max = "echo max ms";

    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(50);

    public override IReadOnlyList<Column> Columns { get; } =
    [
        new(Throughput, 0, MoreIsBetter: true),
        new(P50, 2, MoreIsBetter: false),
        new(P99, 1, MoreIsBetter: false),
        new(Max, 1, MoreIsBetter: false),
        new(BulkCase.Cpu, 2, MoreIsBetter: false),
    ];

    public override double[] Run(RunningPair pair, Timing timing)
    {
        Flow[] bulk = [new UpFlow(pair.Port), new DownFlow(pair.Port), new UpFlow(pair.Port), new DownFlow(pair.Port)];
        var echoes = Enumerable.Range(0, 16).Select(_ => new EchoFlow(pair.Port, _interval)).ToList();
        Flow[] all = [.. bulk, .. echoes];
        var window = Window.Measure(
            pair,
            timing,
            () => Array.ForEach(all, flow => flow.Start()),
            () => bulk.Sum(flow => flow.Count),
            on => echoes.ForEach(echo => echo.Recording = on)
        );
        Flow.Stop(all);
        var latencies = new Latencies();
        echoes.ForEach(echo => latencies.Add(echo.Latencies));
        latencies.Sort();
        return
        [
            window.PerSecond / (1 << 20),
            latencies.At(0.5).TotalMilliseconds,
            latencies.At(0.99).TotalMilliseconds,
            latencies.At(1).TotalMilliseconds,
            window.CpuMicrosecondsEach / 1e6 * (1 << 30),
        ];
    }
}
