using System.Collections.Concurrent;
using System.Diagnostics;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Hostile;

/// <param name="Name">What it does, for people.</param>
/// <param name="RunAsync">Does it, and judges what came of it.</param>
internal sealed record Probe(string Name, Func<Lane, Task> RunAsync);

/// <summary>
/// Runs probes, several at a time, each alone on a tunnel; afterwards nothing of them may be left. A failure says how
/// to see it again.
/// </summary>
internal static class Campaign
{
    // A probe waits most of its time: for a deadline, or for the other side of a connection.
    private const int Lanes = 8;

    // Each costs the patience of a test.
    private const int MostFailures = 3;

    // A full handshake more.
    private const int ProbesBetweenVisits = 16;

    /// <param name="probes">Of a seed: always the same ones in the same order.</param>
    public static async Task RunAsync(LaneOptions options, Func<Random, IReadOnlyList<Probe>> probes)
    {
        var (count, clock) = (0, Stopwatch.StartNew());
        foreach (var seed in HostileSeed.Rounds())
        {
            count += await RoundAsync(options, seed, probes(new Random(seed)));
        }

        TestContext.Out.WriteLine($"{count} probes in {clock.Elapsed.TotalSeconds:0} s");
    }

    private static async Task<int> RoundAsync(LaneOptions options, int seed, IReadOnlyList<Probe> probes)
    {
        using var log = new LogWatch();
        var numbers = new ConcurrentQueue<int>(
            HostileSeed.Only is { } only ? [only] : Enumerable.Range(0, probes.Count)
        );
        var failures = new ConcurrentQueue<string>();
        var lanes = new List<Lane>();
        try
        {
            for (var i = 0; i < Math.Min(Lanes, numbers.Count); i++)
            {
                lanes.Add(await Lane.StartAsync(options));
            }

            var before = await Stock.TakeQuietAsync(lanes);
            await Task.WhenAll(lanes.Select(WorkAsync));
            Assert.That(failures, Is.Empty, string.Join("\n\n", failures));
            await before.IsBackAsync(lanes);
            await Stock.IsIdleAsync();
        }
        finally
        {
            await Task.WhenAll(lanes.Select(lane => lane.DisposeAsync().AsTask()));
        }

        log.Look();
        return probes.Count;

        async Task WorkAsync(Lane lane)
        {
            for (var done = 1; failures.Count < MostFailures && numbers.TryDequeue(out var number); done++)
            {
                try
                {
                    await RunAsync(lane, probes[number], last: done % ProbesBetweenVisits == 0 || numbers.IsEmpty);
                }
                catch (Exception e)
                {
                    failures.Enqueue(
                        $"probe {seed}/{number}, {probes[number].Name}: {e.Message}\n{e.StackTrace}\n"
                            + $"Again: {HostileSeed.ProbeVariable}={seed}/{number} dotnet test --filter "
                            + $"'{TestContext.CurrentContext.Test.Name}'"
                    );
                    // Whatever it was, this tunnel is no measure any more.
                    return;
                }
            }
        }
    }

    private static async Task RunAsync(Lane lane, Probe probe, bool last)
    {
        await probe.RunAsync(lane);
        (lane.Middle.Tamper, lane.Middle.Player) = (Tamper.None, null);
        lane.Pair.ForgetLines();
        await (last ? lane.ServeAsync() : lane.GoOnAsync());
    }
}
