using Tunnel.Load.Ends;
using Tunnel.Load.Pairs;

namespace Tunnel.Load.Cases;

/// <summary>Connections that each send 64 bytes, wait for the echo, and send the next.</summary>
internal sealed class PingPongCase(int connections)
    : LoadCase(
        $"ping-pong-{connections}",
        $"Ping-pong of 64 bytes, {connections} connection{(connections == 1 ? "" : "s")}",
        connections == 1 ? Target.Threads : Target.Events,
        PairState.Warm
    )
{
    public const string Rate = "op/s";
    public const string P50 = "p50 us";

    public override IReadOnlyList<Column> Columns { get; } =
    [
        new(Rate, 0, MoreIsBetter: true),
        new(P50, 1, MoreIsBetter: false),
        new("p99 us", 1, MoreIsBetter: false),
        new("p99.9 us", 1, MoreIsBetter: false),
        new("CPU-us/op", 1, MoreIsBetter: false),
    ];

    public override double[] Run(RunningPair pair, Timing timing)
    {
        var (window, latencies) = connections == 1 ? RunOne(pair, timing) : RunMany(pair, timing);
        latencies.Sort();
        return
        [
            window.PerSecond,
            latencies.At(0.5).TotalMicroseconds,
            latencies.At(0.99).TotalMicroseconds,
            latencies.At(0.999).TotalMicroseconds,
            window.CpuMicrosecondsEach,
        ];
    }

    private static (Window, Latencies) RunOne(RunningPair pair, Timing timing)
    {
        var echo = new EchoFlow(pair.Port, TimeSpan.Zero);
        var window = Window.Measure(pair, timing, echo.Start, () => echo.Count, on => echo.Recording = on);
        Flow.Stop([echo]);
        return (window, echo.Latencies);
    }

    private (Window, Latencies) RunMany(RunningPair pair, Timing timing)
    {
        using var pinger = new EventPinger(pair.Port, connections);
        var window = Window.Measure(pair, timing, pinger.Start, () => pinger.Count, on => pinger.Recording = on);
        return (window, pinger.Stop());
    }
}
