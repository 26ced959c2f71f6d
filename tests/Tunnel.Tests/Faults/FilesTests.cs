using System.Diagnostics;
using System.Globalization;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Load.Endurance;
using Tunnel.Load.Pairs;
using Tunnel.Tests.Faults.Kit;
using Tunnel.Tests.RealPrograms;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Faults;

/// <summary>
/// A process has no descriptor left in mid-transfer, fewer than it counted on: what flows flows on, it says so, does
/// not spin, and whoever waits is served as soon as there are some.
/// </summary>
public sealed class FilesTests(TlsBackendSetting backend) : FaultTests(backend)
{
    private const int Waiting = 30;
    private const int LeftOver = 6;

    [Test, Rounds]
    public async Task Run_out([Values] bool isClient)
    {
        Needed.Program("prlimit");
        if (!TunnelProgram.IsNative)
        {
            Assert.Ignore("the shared runtime ends the process when it has no file left to start a thread");
        }

        await using var row = await Row.StartAsync(Options with { MaxElapsedSeconds = 20 });
        var talks = await row.TalkAsync();
        var tunnel = isClient ? row.Pair.Client : row.Pair.Server;
        var process = tunnel.ProcessId.ToString(CultureInfo.InvariantCulture);
        var limits = await Tool.RunAsync("prlimit", "--pid", process, "--nofile", "--noheadings", "--output", "HARD");

        var few = Footprint.Of(tunnel.ProcessId).Files + LeftOver;
        await Tool.RunAsync("prlimit", "--pid", process, $"--nofile={few}:{limits.Trim()}");
        var late = await Task.WhenAll(Enumerable.Range(0, Waiting).Select(_ => row.DialAsync(isBulk: false)));
        await tunnel.LineAsync(line => line.Contains("cannot accept") && line.Contains("too many open files"));
        foreach (var talk in talks)
        {
            await talk.FlowsAsync();
            talk.Application.Finish();
            talk.Service.Finish();
        }

        await Task.WhenAll(talks.Select(talk => talk.FinishAsync()));
        await AssertRestsAsync(tunnel);
        await Tool.RunAsync("prlimit", "--pid", process, $"--nofile={limits.Trim()}:{limits.Trim()}");

        foreach (var application in late)
        {
            await new Conversation(application, await row.Target.OfAsync(application.Session)).FinishAsync();
        }

        await row.IsWholeAsync();
    }

    // Nothing is under way, and connections wait that it cannot accept: half of a processor is for a very slow one.
    private static async Task AssertRestsAsync(RunningTunnel tunnel)
    {
        var (clock, before) = (Stopwatch.StartNew(), ProcessStats.Cpu(tunnel.ProcessId));
        await Eventually.HoldsAsync(() => clock.Elapsed > TimeSpan.FromSeconds(1), () => "the clock stands still");
        Assert.That(ProcessStats.Cpu(tunnel.ProcessId) - before, Is.LessThan(clock.Elapsed / 2), "it spins");
    }
}
