using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;

namespace Tunnel.Cli.Top;

/// <summary>
/// The terminal of this process, with a screen of our own, which is given back with the cursor and the modes as they
/// were when this is disposed of, and while the process is stopped (Ctrl+Z).
/// </summary>
internal sealed class ConsoleTerminal : ITerminal, IDisposable
{
    // xterm's control sequences: the other screen, no cursor, no wrap at the end of a line.
    private const string Enter = "\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J";

    // Likewise; cursor and number keys as usual (terminfo's rmkx), which the runtime has changed to read them.
    private const string Leave = "\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l\u001b[?1l\u001b>";

    // Someone who leans on a key while the process is slow.
    private const int MostKeys = 64;

    // What a terminal has that does not know its size.
    private const int UsualWidth = 80;
    private const int UsualHeight = 24;

    // SIGSTOP, signal(7).
    private const int Stop = 19;

    private readonly Channel<ConsoleKeyInfo?> _keys = Channel.CreateBounded<ConsoleKeyInfo?>(
        new BoundedChannelOptions(MostKeys) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private readonly Stream _output = Console.OpenStandardOutput();
    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly Lock _lock = new();
    private readonly Painter _painter;
    private bool _isOurs;

    private ConsoleTerminal(bool hasColours) => _painter = new Painter(hasColours);

    public (int Width, int Height) Size
    {
        get
        {
            var (width, height) = (Console.WindowWidth, Console.WindowHeight);
            return (width > 0 ? width : UsualWidth, height > 0 ? height : UsualHeight);
        }
    }

    public ChannelReader<ConsoleKeyInfo?> Keys => _keys.Reader;

    /// <summary>Why this process has no terminal to show a screen on; null: it has one.</summary>
    public static string? WhyNot() =>
        Console.IsOutputRedirected ? "the output is no terminal"
        : Console.IsInputRedirected ? "the input is no terminal"
        : Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb"
            ? "the terminal cannot move its cursor (TERM)"
        : null;

    /// <summary>Takes the screen and begins to read keys.</summary>
    public static ConsoleTerminal Open()
    {
        var terminal = new ConsoleTerminal(string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));
        // The first look at the keys sets the terminal up: nothing that is typed must show.
        _ = Console.KeyAvailable;
        terminal.Take();
        if (!OperatingSystem.IsWindows())
        {
            terminal.On(PosixSignal.SIGWINCH, () => terminal._keys.Writer.TryWrite(null));
            terminal.On(PosixSignal.SIGTSTP, terminal.Suspend);
            terminal.On(PosixSignal.SIGCONT, terminal.Take);
        }

        new Thread(terminal.ReadKeys) { IsBackground = true, Name = "keys" }.Start();
        return terminal;
    }

    public void Show(IReadOnlyList<StyledLine> lines, bool all)
    {
        lock (_lock)
        {
            if (_isOurs && _painter.Frame(lines, all) is { Length: > 0 } frame)
            {
                Write(frame);
            }
        }
    }

    public void Dispose()
    {
        foreach (var signal in _signals)
        {
            signal.Dispose();
        }

        GiveBack();
    }

    private void Take()
    {
        lock (_lock)
        {
            Write(Enter);
            _isOurs = true;
        }

        _keys.Writer.TryWrite(null);
    }

    private void GiveBack()
    {
        lock (_lock)
        {
            if (_isOurs)
            {
                _isOurs = false;
                Write(Leave);
            }
        }
    }

    // The runtime leaves a process that listens to SIGTSTP running.
    private void Suspend()
    {
        if (OperatingSystem.IsLinux())
        {
            GiveBack();
            _ = SendSignal(Environment.ProcessId, Stop);
        }
    }

    private void On(PosixSignal signal, Action action) =>
        _signals.Add(PosixSignalRegistration.Create(signal, _ => action()));

    // At once: half of a frame would be seen.
    private void Write(string text)
    {
        _output.Write(Encoding.UTF8.GetBytes(text));
        _output.Flush();
    }

    private void ReadKeys()
    {
        try
        {
            while (true)
            {
                var key = Console.ReadKey(intercept: true);
                if (key == default)
                {
                    // The runtime's word for the end of the input: the terminal is gone.
                    break;
                }

                _keys.Writer.TryWrite(key);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            // Likewise.
        }

        _keys.Writer.TryComplete();
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int SendSignal(int process, int signal);
}
