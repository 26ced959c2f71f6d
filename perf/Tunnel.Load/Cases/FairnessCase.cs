using Tunnel.Load.Ends;
using Tunnel.Load.Pairs;
using Tunnel.Net;

namespace Tunnel.Load.Cases;

/// <summary>
/// Sixteen connections of one client that each send 64 bytes at most once per 10 ms and wait for the echo: first alone,
/// then beside somebody who takes what he can get. Shows what he costs them.
/// </summary>
/// <param name="name">Behind <c>fairness-</c>.</param>
/// <param name="aggressor">Whom they meet.</param>
internal sealed class FairnessCase(
    string name,
    string title,
    string targetStyle,
    Func<RunningPair, IReadOnlyList<Flow>> aggressor
) : LoadCase($"fairness-{name}", title, targetStyle, PairState.Contended)
{
    public const string P99 = "p99 ×";

    // What HAProxy is configured for, or what is left where a session takes two files of each process.
    private static readonly int _crowd = (int)Math.Min(7500, (OpenFileLimit.Read() ?? long.MaxValue) / 5 * 2);

    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(10);

    public override IReadOnlyList<Column> Columns { get; } =
    [
        new("echoes/s alone", 0, MoreIsBetter: true),
        new("beside", 0, MoreIsBetter: true),
        new("p50 ms alone", 2, MoreIsBetter: false),
        new("p50 beside", 2, MoreIsBetter: false),
        new("p99 ms alone", 2, MoreIsBetter: false),
        new("p99 beside", 2, MoreIsBetter: false),
        new(P99, 1, MoreIsBetter: false),
        new("aggressor's own/s", 0, MoreIsBetter: true),
    ];

    public static IReadOnlyList<LoadCase> All { get; } =
    [
        new FairnessCase(
            "bulk",
            "Fairness: beside ten bulk flows of another client",
            Target.Threads,
            pair =>
                [
                    .. Enumerable.Range(0, 5).Select(_ => new UpFlow(pair.Other)),
                    .. Enumerable.Range(0, 5).Select(_ => new DownFlow(pair.Other)),
                ]
        ),
        new FairnessCase(
            "connects",
            "Fairness: beside another client that opens and closes sessions, 32 at a time",
            Target.Events,
            pair => [.. Enumerable.Range(0, 32).Select(_ => new ConnectFlow(pair.Other))]
        ),
        new FairnessCase(
            "sessions",
            $"Fairness: beside {_crowd:N0} live sessions of another client",
            Target.Events,
            pair => [new CrowdFlow(pair.Other, _crowd)]
        ),
        new FairnessCase(
            "flood",
            "Fairness: beside 5,000 connections a second of strangers, who send nothing, or a ClientHello, or leave",
            Target.Events,
            pair => [new StrangersFlow(pair.ServerPort, 5000)]
        ),
    ];

    public override double[] Run(RunningPair pair, Timing timing)
    {
        // Warm, and as long as the other measurement.
        Victims(pair, timing with { Measure = timing.WarmUp });
        var alone = Victims(pair, timing);
        var flows = aggressor(pair);
        var began = 0L;
        foreach (var flow in flows)
        {
            flow.Start();
        }

        while (!flows.All(flow => flow.IsAtWork))
        {
            Thread.Sleep(1);
        }

        var beside = Victims(pair, timing, () => began = flows.Sum(flow => flow.Count));
        var own = (flows.Sum(flow => flow.Count) - began) / timing.Measure.TotalSeconds;
        Flow.Stop(flows);
        return
        [
            alone.PerSecond,
            beside.PerSecond,
            alone.P50,
            beside.P50,
            alone.P99,
            beside.P99,
            beside.P99 / alone.P99,
            own,
        ];
    }

    private (double PerSecond, double P50, double P99) Victims(
        RunningPair pair,
        Timing timing,
        Action? measuring = null
    )
    {
        var speaksFirst = TargetStyle == Target.Threads;
        var echoes = Enumerable.Range(0, 16).Select(_ => new EchoFlow(pair.Port, _interval, speaksFirst)).ToList();
        var window = Window.Measure(
            pair,
            timing,
            () => echoes.ForEach(echo => echo.Start()),
            () => echoes.Sum(echo => echo.Count),
            on =>
            {
                echoes.ForEach(echo => echo.Recording = on);
                measuring?.Invoke();
                measuring = null;
            }
        );
        Flow.Stop(echoes);
        var latencies = new Latencies();
        echoes.ForEach(echo => latencies.Add(echo.Latencies));
        latencies.Sort();
        return (window.PerSecond, latencies.At(0.5).TotalMilliseconds, latencies.At(0.99).TotalMilliseconds);
    }
}
