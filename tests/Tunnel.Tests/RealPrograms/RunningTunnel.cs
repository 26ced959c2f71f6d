using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary>
/// A <c>tunnel client</c> or <c>tunnel server</c> as its users run it: the executable, a file, and its log.
/// </summary>
public sealed partial class RunningTunnel : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _log = new();
    private readonly Task _reading;

    private RunningTunnel(Process process)
    {
        _process = process;
        _reading = ReadAsync(process.StandardOutput);
    }

    public IPEndPoint EndPoint { get; private set; } = null!;

    public string Log => string.Join('\n', _log);

    public int ProcessId => _process.Id;

    /// <summary>
    /// What belongs to the process alone: heaps and stacks (Anonymous, proc_pid_smaps(5)). Pages of files are left out:
    /// how many of them count as its own depends on who else runs.
    /// </summary>
    public long MemoryBytes
    {
        get
        {
            const string Own = "Anonymous:";
            var path = string.Create(CultureInfo.InvariantCulture, $"/proc/{_process.Id}/smaps_rollup");
            var line = File.ReadLines(path).First(line => line.StartsWith(Own, StringComparison.Ordinal));
            return long.Parse(line[Own.Length..].Replace("kB", ""), CultureInfo.InvariantCulture) * 1024;
        }
    }

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="arguments">Role, configuration file and what else there is.</param>
    /// <param name="under">A command that runs the command behind it.</param>
    public static async Task<RunningTunnel> StartAsync(string[] arguments, params string[] under)
    {
        // Whoever runs the tests may have some signals ignored (nohup, jobs in the background), which children inherit
        // and the runtime respects.
        var start = TunnelProgram.StartInfo(arguments, [.. under, "env", "--default-signal"]);
        var running = new RunningTunnel(Process.Start(start)!);
        var line = await running.LineAsync(ListeningOn().IsMatch);
        running.EndPoint = IPEndPoint.Parse(ListeningOn().Match(line).Groups[1].Value);
        return running;
    }

    /// <summary>The command for a limit on open files.</summary>
    public static string[] WithOpenFiles(int limit)
    {
        Needed.Program("prlimit");
        return ["prlimit", string.Create(CultureInfo.InvariantCulture, $"--nofile={limit}:{limit}")];
    }

    /// <summary>The lines in which sessions ended, once there are so many.</summary>
    public async Task<IReadOnlyList<ClosedLine>> ClosedAsync(int count = 1)
    {
        await Eventually.HoldsAsync(
            () => _log.Count(ClosedLine.Is) >= count,
            () => $"fewer than {count} sessions have ended:\n{Log}"
        );
        return [.. _log.Where(ClosedLine.Is).Select(line => new ClosedLine(line))];
    }

    /// <summary>The first line, past or to come, that satisfies the condition.</summary>
    public async Task<string> LineAsync(Func<string, bool> condition)
    {
        await Eventually.HoldsAsync(() => _log.Any(condition), () => $"no such line in the log:\n{Log}");
        return _log.First(condition);
    }

    /// <summary>By the shell's own <c>kill</c>: the program of that name is not everywhere.</summary>
    public void Signal(string name) =>
        Process
            .Start("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -{name} {_process.Id}")])
            .Dispose();

    /// <summary>One after another, without a pause, until the process is gone.</summary>
    public void SignalRepeatedly(string name, int times) =>
        Process
            .Start(
                "sh",
                [
                    "-c",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"for i in $(seq {times}); do kill -{name} {_process.Id} || exit 0; done"
                    ),
                ]
            )
            .Dispose();

    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Wire.Patience);
        await _reading.WaitAsync(Wire.Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            _log.Enqueue(line);
        }
    }

    [GeneratedRegex(@" listening on ([\d\[]\S+), ")]
    private static partial Regex ListeningOn();
}
