using System.Diagnostics;
using System.Globalization;
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
    public async Task Every_thread_has_the_filter_for_system_calls()
    {
        await using var confined = await StartAsync("");
        await using var free = await StartAsync("sandbox: {seccomp: false}");
        var before = FiltersOf(free).Distinct().Single();

        Assert.That(FiltersOf(confined).Distinct(), Is.EqualTo([before + 1]));
    }

    [Test]
    public async Task No_debugger_sees_it()
    {
        await using var tunnel = await StartAsync("");

        Assert.That(await CanBeSeenAsync(tunnel), Is.False);
    }

    [Test]
    public async Task All_can_be_switched_off_and_are_warned_about()
    {
        await using var tunnel = await StartAsync(
            "sandbox: {no_new_privileges: false, landlock: false, core_dumps: true, seccomp: false}"
        );

        Assert.That(ThreadsWith(tunnel, "NoNewPrivs:\t1"), Is.Empty);
        Assert.That(await CanBeSeenAsync(tunnel), Is.True);
        Assert.That(
            tunnel.Log,
            Does.Contain("server.yaml:4:30: sandbox.no_new_privileges is false: whoever takes over this process")
                .And.Contain("server.yaml:4:47: sandbox.landlock is false: whoever takes over this process")
                .And.Contain("server.yaml:4:66: sandbox.core_dumps is true: a core dump of this process holds")
                .And.Contain("server.yaml:4:81: sandbox.seccomp is false: whoever takes over this process")
        );
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Nothing_is_written_outside_the_directories_that_were_there_at_the_start(bool confined)
    {
        var (inside, outside) = (_files.File("in"), _files.File("out"));
        Directory.CreateDirectory(inside);
        Directory.CreateDirectory(outside);
        var rest = $"monitor: {{status_socket: {inside}/s}}\nlogging: {{log_file: {inside}/logs/t.log}}";
        await using var tunnel = await StartAsync($"sandbox: {{landlock: {(confined ? "true" : "false")}}}\n{rest}");
        if (tunnel.Log.Contains("sandbox.landlock has no effect: "))
        {
            Needed.Missing("needs a kernel with Landlock");
        }

        Listen(tunnel, $"{{unix: {inside}/listener}}");
        await tunnel.LineAsync(line => line.Contains($"listening on unix:{inside}/listener"));
        Directory.Delete($"{inside}/logs", recursive: true);
        Listen(tunnel, $"{{unix: {outside}/listener}}");

        await tunnel.LineAsync(line =>
            line.Contains(confined ? "restart the tunnel (sandbox.landlock)" : $"listening on unix:{outside}/listener")
        );
        await Eventually.HoldsAsync(() => File.Exists($"{inside}/logs/t.log"), () => "the log has not come again");
    }

    [TestCase("real/t.log", "links/a/t.log", "links/a/t.log")]
    [TestCase("real", "links/a/logs", "links/a/logs/t.log")]
    public async Task A_log_may_be_behind_a_link(string target, string link, string file)
    {
        Directory.CreateDirectory(_files.File("real"));
        Directory.CreateDirectory(_files.File("links/a"));
        File.CreateSymbolicLink(_files.File(link), _files.File(target));

        await using var tunnel = await StartAsync($"logging: {{log_file: {_files.File(file)}}}");

        await Eventually.HoldsAsync(
            () => Directory.EnumerateFiles(_files.File("real")).Any(written => new FileInfo(written).Length > 0),
            () => "nothing is written"
        );
    }

    private static bool IsOurs(string thread) => !_older.Any(name => thread.StartsWith(name, StringComparison.Ordinal));

    private static List<string> ThreadsWith(RunningTunnel tunnel, string line) =>
        [
            .. from task in Directory.GetDirectories($"/proc/{tunnel.ProcessId}/task")
            where File.ReadAllLines(Path.Combine(task, "status")).Contains(line)
            select File.ReadAllText(Path.Combine(task, "comm")).Trim(),
        ];

    private static IEnumerable<int> FiltersOf(RunningTunnel tunnel) =>
        from task in Directory.GetDirectories($"/proc/{tunnel.ProcessId}/task")
        from line in File.ReadAllLines(Path.Combine(task, "status"))
        where line.StartsWith("Seccomp_filters:", StringComparison.Ordinal)
        select int.Parse(line.Split('\t')[1], CultureInfo.InvariantCulture);

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

    private void Listen(RunningTunnel tunnel, string address)
    {
        var lines = File.ReadAllLines(_files.File("server.yaml"));
        lines[0] = $"server_listener: {address}";
        File.WriteAllLines(_files.File("server.yaml"), lines);
        tunnel.Signal("HUP");
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
