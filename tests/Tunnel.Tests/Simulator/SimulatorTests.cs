using System.Diagnostics;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Tunnel.Tests.Simulator;

/// <summary>The simulator itself, which has a process of its own because it holds the thread pool.</summary>
[Platform("Linux")]
public sealed partial class SimulatorTests
{
    // With troubles, with several visits, and with handshakes of the real backends among them.
    [Test]
    public async Task A_world_is_the_same_each_time([Values(1, 27, 593, 601, 2764)] int seed)
    {
        var first = await RunAsync("--seed", $"{seed}");
        var second = await RunAsync("--seed", $"{seed}");
        Assert.That(first.Output, Does.Contain("nothing went wrong"));
        Assert.That(WithoutProcess(second.Output), Is.EqualTo(WithoutProcess(first.Output)));
    }

    [Test]
    public async Task Nothing_goes_wrong_in_the_first_thousand_worlds_nor_in_any_story()
    {
        var (exitCode, output) = await RunAsync("--first", "1", "--worlds", "1000");
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Contain("PASS  1000 simulated worlds"));
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Tunnel.Simulator");
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }

    /// <summary>The ids of sessions begin with a number of their process.</summary>
    private static string WithoutProcess(string output) => SessionId().Replace(output, "session ");

    [GeneratedRegex("(session |remote_id=)[0-9a-f]{4}-")]
    private static partial Regex SessionId();
}
