using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary><c>tunnel top</c> under a terminal, at tunnels that run.</summary>
[Platform("Linux")]
public sealed class TopTests
{
    private const string Terminal = "xterm-256color";
    private const string Down = "\u001b[B";

    private TempDirectory _notes = null!;
    private ConfiguredProcess _process = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _notes = new TempDirectory();
        _process = new ConfiguredProcess { HasStatusSocket = true };
        await _process.StartAsync();
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _process.DisposeAsync();
        _notes.Dispose();
    }

    [Test]
    public async Task Sessions_are_shown_found_ended_and_the_terminal_is_given_back()
    {
        var (application, target) = await _process.OpenAsync();
        using var top = TerminalProgram.Start(_notes, Terminal, "top", "--config", _process.Path, "--interval", "0.2");
        await top.ShowsAsync("relaying");
        Assert.That(top.Screen, Does.StartWith("accepting  sessions 2").And.Contain("127.0.0.1:"));
        Assert.That(top.Modes, Does.Contain("?1049").And.Not.Contain("?25"));
        await application.PassAsync(target, new byte[100_000]);

        await top.ResizeAsync(40, 12);
        await top.HoldsAsync(
            screen => screen.Split('\n') is { Length: 12 } lines && lines[^1].StartsWith("q quit"),
            "12 lines"
        );
        await top.ResizeAsync(150, 30);
        await top.ShowsAsync("TARGET");
        await top.ShowsAsync("98 KiB");

        top.Type("/relaying s");
        await top.ShowsAsync("filter: relaying s");
        top.Type("\r" + Down + "k");
        await top.ShowsAsync("? y/n");
        top.Type("y");
        await top.ShowsAsync("1 session ended");
        Assert.That(await application.EndAsync(), Is.EqualTo(SocketError.ConnectionReset));
        await top.ShowsAsync("no session");

        top.Type("q");
        Assert.That(await top.EndAsync(), Is.EqualTo((0, true)));
        Assert.That(top.Modes, Is.EquivalentTo((string[])["?25", "?7"]));
        application.Dispose();
        target.Dispose();
    }

    [TestCase("TERM")]
    [TestCase("HUP")]
    [TestCase("Ctrl+C")]
    public async Task However_it_is_told_to_stop_the_terminal_is_given_back(string how)
    {
        using var top = TerminalProgram.Start(_notes, Terminal, "top", "--config", _process.Path);
        await top.ShowsAsync("no session");
        if (how == "Ctrl+C")
        {
            top.Type("\u0003");
        }
        else
        {
            await top.SignalAsync(how);
        }

        Assert.That(await top.EndAsync(), Is.EqualTo((0, true)));
        Assert.That(top.Modes, Is.EquivalentTo((string[])["?25", "?7"]));
    }

    [Test]
    public async Task While_it_is_suspended_the_terminal_is_given_back()
    {
        using var top = TerminalProgram.Start(_notes, Terminal, "top", "--config", _process.Path);
        await top.ShowsAsync("no session");
        await top.SignalAsync("TSTP");
        await Eventually.HoldsAsync(() => top.IsSuspended, () => "it runs on");
        await top.HoldsAsync(_ => top.Modes.Contains("?25"), "a cursor");
        Assert.That(top.Modes, Is.EquivalentTo((string[])["?25", "?7"]));

        await top.SignalAsync("CONT");
        await top.HoldsAsync(_ => top.Modes.Contains("?1049"), "a screen of its own");
        await top.ShowsAsync("no session");
        top.Type("q");
        Assert.That(await top.EndAsync(), Is.EqualTo((0, true)));
        Assert.That(top.Modes, Is.EquivalentTo((string[])["?25", "?7"]));
    }

    [Test]
    public async Task A_process_that_goes_away_is_waited_for()
    {
        using var top = TerminalProgram.Start(_notes, Terminal, "top", "--config", _process.Path, "--interval", "0.2");
        await top.ShowsAsync("accepting");
        await _process.StopAsync();
        await top.ShowsAsync("no answer, this is old: ");
        await _process.StartAsync();
        await top.ShowsAsync("another process answers now");
        top.Type("q");
        Assert.That(await top.EndAsync(), Is.EqualTo((0, true)));
    }

    [Test]
    public async Task A_simple_terminal_gets_tables()
    {
        using var top = TerminalProgram.Start(_notes, "dumb", "top", "--config", _process.Path, "--interval", "0.1");
        await top.HoldsAsync(_ => top.Written.Split("SESSION ").Length > 2, "two tables");
        Assert.That(
            top.Written,
            Does.Contain("the terminal cannot move its cursor (TERM), so there is a table every 0.1 s")
                .And.Not.Contain("\u001b")
        );
        top.Type("\u0003");
        Assert.That((await top.EndAsync()).ExitCode, Is.Zero);
    }

    [Test]
    public async Task A_pipe_gets_tables_until_nobody_reads_them()
    {
        var program = TunnelProgram.StartInfo(["top", "--config", _process.Path, "--interval", "0.1"]);
        var command = string.Join(' ', [program.FileName, .. program.ArgumentList]);
        var text = await Tool.RunAsync("sh", "-c", $"{command} | head -n 1");
        Assert.That(text, Does.Contain("the output is no terminal").And.Contain("accepting  sessions 0"));
        Assert.That(await Tool.RunAsync("sh", "-c", $"{command} --once"), Does.StartWith("accepting  sessions 0"));
    }
}
