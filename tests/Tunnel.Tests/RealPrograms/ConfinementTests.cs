using System.Diagnostics;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary>What a running tunnel has given up, as the system tells it.</summary>
[Platform("Linux")]
public sealed class ConfinementTests
{
    // Root may read all memory unless this is taken from it, and from whom it looks at.
    private static readonly string[] _withoutTracing = Environment.IsPrivilegedProcess
        ? ["setpriv", "--bounding-set", "-sys_ptrace"]
        : [];

    // Those that the runtime starts before our first line runs, by the beginnings of their names.
    private static readonly string[] _older = [".NET Synch", ".NET Event", ".NET Final", ".NET Tiered", ".NET Debug"];

    private TempDirectory _files = null!;

    [SetUp]
    public void MakeFiles() => _files = new TempDirectory();

    [TearDown]
    public void DeleteFiles() => _files.Dispose();

    [Test]
    public async Task No_thread_that_works_can_get_new_privileges()
    {
        await using var tunnel = await StartAsync("");

        Assert.That(ThreadsWith(tunnel, "NoNewPrivs:\t0").Where(IsOurs), Is.Empty);
        Assert.That(ThreadsWith(tunnel, "NoNewPrivs:\t1").Count(IsOurs), Is.GreaterThan(4));
        Assert.That(tunnel.Log, Does.Not.Contain("sandbox"));
    }

    [Test]
    public async Task No_debugger_sees_it()
    {
        await using var tunnel = await StartAsync("");

        Assert.That(await CanBeSeenAsync(tunnel), Is.False);
    }

    [Test]
    public async Task Both_can_be_switched_off_and_are_warned_about()
    {
        await using var tunnel = await StartAsync("sandbox: {no_new_privileges: false, core_dumps: true}");

        Assert.That(ThreadsWith(tunnel, "NoNewPrivs:\t1"), Is.Empty);
        Assert.That(await CanBeSeenAsync(tunnel), Is.True);
        Assert.That(
            tunnel.Log,
            Does.Contain("server.yaml:4:30: sandbox.no_new_privileges is false: whoever takes over this process")
                .And.Contain("server.yaml:4:49: sandbox.core_dumps is true: a core dump of this process holds")
        );
    }

    private static bool IsOurs(string thread) => !_older.Any(name => thread.StartsWith(name, StringComparison.Ordinal));

    private static List<string> ThreadsWith(RunningTunnel tunnel, string line) =>
        [
            .. from task in Directory.GetDirectories($"/proc/{tunnel.ProcessId}/task")
            where File.ReadAllLines(Path.Combine(task, "status")).Contains(line)
            select File.ReadAllText(Path.Combine(task, "comm")).Trim(),
        ];

    /// <summary>
    /// Who may look at a process may read this link (ptrace(2), access mode checking); its memory may be read by some
    /// others, too.
    /// </summary>
    private static async Task<bool> CanBeSeenAsync(RunningTunnel tunnel)
    {
        string[] command = [.. _withoutTracing, "readlink", $"/proc/{tunnel.ProcessId}/exe"];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var target = await process.StandardOutput.ReadToEndAsync().WaitAsync(Wire.Patience);
        await process.WaitForExitAsync().WaitAsync(Wire.Patience);
        Assert.That(process.ExitCode, Is.EqualTo(target.Length > 0 ? 0 : 1));
        return target.Length > 0;
    }

    private Task<RunningTunnel> StartAsync(string sandbox)
    {
        var pems = PairFiles.Write(_files, new PairOptions());
        var config = _files.Write(
            "server.yaml",
            $$"""
            server_listener: {host: 127.0.0.1, port: 0}
            target_service: {host: 127.0.0.1, port: 1}
            tls: {server_cert: {{pems.ServerCert}}, server_key: {{pems.ServerKey}}, client_ca_cert: {{pems.ClientCa}}}
            {{sandbox}}
            """
        );
        return RunningTunnel.StartAsync(["server", "--config", config], _withoutTracing);
    }
}
