using System.Diagnostics;
using System.Text;
using Tunnel.Net;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary>The program under a terminal of its own, which <c>script</c> (util-linux) provides.</summary>
internal sealed class TerminalProgram : IDisposable
{
    private readonly TempDirectory _files;
    private readonly Process _script;
    private readonly TerminalScreen _screen = new(80, 24);
    private readonly StringBuilder _all = new();
    private readonly Lock _lock = new();
    private readonly Task _reading;

    private TerminalProgram(TempDirectory files, Process script)
    {
        (_files, _script) = (files, script);
        _reading = ReadAsync();
    }

    /// <param name="files">Where notes are kept.</param>
    /// <param name="terminal">What TERM says.</param>
    public static TerminalProgram Start(TempDirectory files, string terminal, params string[] arguments)
    {
        Needed.Program("script");
        var program = TunnelProgram.StartInfo(arguments);
        var command = string.Join(' ', [program.FileName, .. program.ArgumentList]);
        files.Write(
            "run.sh",
            $"""
            trap : INT
            stty cols 80 rows 24
            tty > {files.File("tty")}
            stty -g > {files.File("before")}
            sh -c 'echo $$ > {files.File("pid")}; exec {command}'
            echo $? > {files.File("code")}
            stty -g > {files.File("after")}
            """
        );
        // Where the tests run in the background of a shell SIGINT is ignored, and everything below them inherits that.
        var start = new ProcessStartInfo(
            "env",
            ["--default-signal=INT", "script", "-qfc", $"sh {files.File("run.sh")}", "/dev/null"]
        )
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["TERM"] = terminal;
        start.Environment["SHELL"] = "/bin/sh";
        start.Environment.Remove(EventLoop.InlineCompletionsVariable);
        return new TerminalProgram(files, Process.Start(start)!);
    }

    public string Screen
    {
        get
        {
            lock (_lock)
            {
                return _screen.ToString();
            }
        }
    }

    /// <summary>Everything that was written, with what controls the terminal.</summary>
    public string Written
    {
        get
        {
            lock (_lock)
            {
                return _all.ToString();
            }
        }
    }

    public IEnumerable<string> Modes
    {
        get
        {
            lock (_lock)
            {
                return [.. _screen.Modes];
            }
        }
    }

    /// <summary>By a signal that stops it until SIGCONT (proc(5)).</summary>
    public bool IsSuspended => File.ReadAllText($"/proc/{Note("pid")}/stat").Contains(") T ");

    public void Type(string keys)
    {
        _script.StandardInput.Write(keys);
        _script.StandardInput.Flush();
    }

    public async Task ResizeAsync(int width, int height)
    {
        lock (_lock)
        {
            _screen.Resize(width, height);
        }

        await Tool.RunAsync("stty", "-F", Note("tty"), "cols", $"{width}", "rows", $"{height}");
    }

    public Task SignalAsync(string name) => Tool.RunAsync("kill", $"-{name}", Note("pid"));

    public Task ShowsAsync(string what) => HoldsAsync(screen => screen.Contains(what), what);

    public Task HoldsAsync(Func<string, bool> condition, string what) =>
        Eventually.HoldsAsync(
            () => _reading.IsFaulted || condition(Screen),
            () => $"the screen never had {what}:\n{Screen}"
        );

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code, and whether the modes of the terminal are as they were.</returns>
    public async Task<(int ExitCode, bool IsRestored)> EndAsync()
    {
        await _script.WaitForExitAsync().WaitAsync(Wire.Patience);
        await _reading.WaitAsync(Wire.Patience);
        return (int.Parse(Note("code"), null), Note("before") == Note("after"));
    }

    public void Dispose()
    {
        _script.Kill(entireProcessTree: true);
        _script.Dispose();
    }

    private string Note(string name) => File.ReadAllText(_files.File(name)).Trim();

    private async Task ReadAsync()
    {
        var piece = new char[4096];
        int count;
        while ((count = await _script.StandardOutput.ReadAsync(piece)) > 0)
        {
            lock (_lock)
            {
                var text = new string(piece, 0, count);
                _all.Append(text);
                _screen.Write(text);
            }
        }
    }
}
