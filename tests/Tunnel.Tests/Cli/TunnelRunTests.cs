using System.Net.Sockets;
using NLog;
using NLog.Config;
using NLog.Targets;
using NUnit.Framework;
using Tunnel.Cli;
using Tunnel.Config;
using Tunnel.Diagnostics;
using Tunnel.Tests.TestKit;
using Tunnel.Tunnels;

namespace Tunnel.Tests.Cli;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TunnelRunTests : IDisposable
{
    private readonly Signals _signals = new();
    private FakeTunnel _tunnel = new();
    private readonly MemoryTarget _lines = new() { Layout = "${level} ${message}" };
    private readonly LogFactory _logs = new();

    public TunnelRunTests()
    {
        var configuration = new LoggingConfiguration(_logs);
        configuration.AddRuleForAllLevels(_lines);
        LogSetup.UseFields(_logs);
        _logs.Configuration = configuration;
    }

    public void Dispose()
    {
        _logs.Dispose();
        _lines.Dispose();
    }

    [Test]
    public async Task First_signal_drains_within_the_limit_and_a_clean_end_is_0()
    {
        var run = Run();
        Assert.That(_tunnel.Draining.IsCompleted, Is.False);

        _signals.Raise("SIGTERM");
        await _tunnel.Draining;
        Assert.That(run.IsCompleted, Is.False);
        _tunnel.Drained.SetResult(0);

        Assert.That(await run, Is.Zero);
        Assert.That(_tunnel.Killed, Is.False);
        Assert.That(_lines.Logs, Has.Some.StartsWith("Info tunnel 0."));
        Assert.That(_lines.Logs, Has.Some.StartsWith("Info SIGTERM: no new connections").And.Some.Contains("30 s"));
    }

    [Test]
    public async Task With_a_delay_it_drains_after_that()
    {
        _tunnel = new FakeTunnel { ShutdownDelay = TimeSpan.FromSeconds(7) };
        var run = Run();

        _signals.Raise("SIGTERM");
        await Eventually.HoldsAsync(
            () => _lines.Logs.Any(line => line.StartsWith("Info SIGTERM: the status says draining")),
            () => string.Join('\n', _lines.Logs)
        );
        Assert.That(_lines.Logs[^1], Does.Contain("7 s more"));
        Assert.That(_tunnel.Draining.IsCompleted, Is.False);
        _tunnel.Lingered.SetResult();
        await _tunnel.Draining;
        _tunnel.Drained.SetResult(0);

        Assert.That(await run, Is.Zero);
        Assert.That(_lines.Logs[^2], Does.StartWith("Info SIGTERM: no new connections"));
    }

    [Test]
    public async Task A_second_signal_does_not_wait_for_the_delay()
    {
        _tunnel = new FakeTunnel { ShutdownDelay = TimeSpan.FromSeconds(7) };
        var run = Run();

        _signals.Raise("SIGTERM");
        _signals.Raise("SIGTERM");
        await _tunnel.Killing.WaitAsync(Wire.Patience);
        _tunnel.Drained.SetResult(0);

        Assert.That(await run, Is.EqualTo(3));
    }

    [Test]
    public async Task Sessions_cut_at_the_limit_are_told_and_give_3()
    {
        var run = Run();
        _signals.Raise("SIGINT");
        _tunnel.Drained.SetResult(4);

        Assert.That(await run, Is.EqualTo(3));
        Assert.That(_lines.Logs[^1], Does.StartWith("Warn stopped after 30 s").And.EndsWith("cut: 4"));
    }

    [Test]
    public async Task Second_signal_does_not_wait_for_the_drain()
    {
        var run = Run();
        _signals.Raise("SIGTERM");
        await _tunnel.Draining;
        _signals.Raise("SIGINT");
        await _tunnel.Killing.WaitAsync(Wire.Patience);
        _logs.GetLogger("test").Info("session 1 closed");
        _tunnel.Drained.SetResult(0);

        Assert.That(await run, Is.EqualTo(3));
        Assert.That(_lines.Logs[^3], Does.StartWith("Warn SIGINT"));
        Assert.That(
            _lines.Logs[^2],
            Is.EqualTo("Info session 1 closed"),
            "the sessions' lines come before the last one"
        );
        Assert.That(_lines.Logs[^1], Is.EqualTo("Warn stopped at once; sessions cut: 2"));
    }

    [Test]
    public async Task A_session_that_does_not_end_when_it_is_cut_does_not_keep_the_process()
    {
        var run = Run();
        _signals.Raise("SIGTERM");
        _signals.Raise("SIGQUIT");

        Assert.That(await run, Is.EqualTo(3));
        Assert.That(
            _lines.Logs[^1],
            Does.StartWith("Error stopped at once").And.EndsWith("not all of them have ended")
        );
    }

    [TestCase("SIGHUP")]
    [TestCase("SIGUSR1")]
    [TestCase("SIGUSR2")]
    [TestCase("SIGALRM")]
    public async Task Signals_that_do_not_ask_to_stop_give_a_line_and_stop_nothing(string signal)
    {
        var run = Run();

        _signals.Raise(signal);
        _signals.Raise(signal);

        Assert.That(_tunnel.Draining.IsCompleted, Is.False);
        Assert.That(
            _lines.Logs.Count(line => line.StartsWith($"Info {signal}: ", StringComparison.Ordinal)),
            Is.EqualTo(2)
        );
        _signals.Raise("SIGTERM");
        _tunnel.Drained.SetResult(0);
        Assert.That(await run, Is.Zero);
    }

    [TestCase("SIGHUP", 1)]
    [TestCase("SIGUSR1", 0)]
    [TestCase("SIGUSR2", 0)]
    public async Task SIGHUP_alone_reads_the_configuration_again(string signal, int reloads)
    {
        var run = Run();

        _signals.Raise(signal);
        _signals.Raise("SIGTERM");
        _tunnel.Drained.SetResult(0);

        Assert.That(await run, Is.Zero);
        await Eventually.HoldsAsync(() => _tunnel.Reloads.Count == reloads, () => $"{_tunnel.Reloads.Count} reloads");
    }

    [Test]
    public async Task A_signal_ends_a_start_that_takes_long()
    {
        var run = Run(() => new TaskCompletionSource<IRunningTunnel>().Task);
        Assert.That(run.IsCompleted, Is.False);

        _signals.Raise("SIGTERM");

        Assert.That(await run, Is.Zero);
        Assert.That(_lines.Logs[^1], Is.EqualTo("Info SIGTERM: stopped before it listened"));
    }

    [Test]
    public async Task Signal_that_comes_before_the_start_is_not_forgotten()
    {
        _signals.Raise("SIGTERM");
        var run = Run();
        _tunnel.Drained.SetResult(0);

        Assert.That(await run, Is.Zero);
    }

    [Test]
    public async Task Start_that_fails_is_logged_and_gives_1()
    {
        var failure = new SocketException((int)SocketError.AddressAlreadyInUse);

        Assert.That(await Run(() => throw failure), Is.EqualTo(1));
        Assert.That(
            _lines.Logs[^1],
            Does.StartWith($"Error server could not start: {failure.Message}; these words are the system's: look at")
        );
    }

    [Test]
    public async Task Warnings_come_before_anything_starts()
    {
        _signals.Raise("SIGTERM");
        _tunnel.Drained.SetResult(0);

        await Run();

        Assert.That(_lines.Logs[1], Is.EqualTo("Warn client certificates are off"));
    }

    private Task<int> Run(Func<Task<IRunningTunnel>>? start = null) =>
        TunnelRun.RunAsync(
            new PreparedProcess(
                "server",
                ["client certificates are off"],
                new LoggingSettings(),
                start ?? (() => Task.FromResult<IRunningTunnel>(_tunnel))
            ),
            _signals,
            _logs.GetLogger("test")
        );
}
