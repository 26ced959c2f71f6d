using System.Threading.Channels;
using Tunnel.Cli.Top;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Cli.Top;

/// <summary>A terminal without a user: the test presses the keys.</summary>
internal sealed class FakeTerminal : ITerminal
{
    private readonly Channel<ConsoleKeyInfo?> _keys = Channel.CreateUnbounded<ConsoleKeyInfo?>();
    private volatile string[] _lines = [];
    private int _whole;

    public (int Width, int Height) Size { get; set; } = (80, 24);

    public ChannelReader<ConsoleKeyInfo?> Keys => _keys.Reader;

    public string Text => string.Join('\n', _lines);

    /// <summary>How often the whole screen was drawn.</summary>
    public int Whole => Volatile.Read(ref _whole);

    public void Show(IReadOnlyList<StyledLine> lines, bool all)
    {
        _lines = [.. lines.Select(line => line.ToString())];
        Interlocked.Add(ref _whole, all ? 1 : 0);
    }

    public void Press(params ConsoleKeyInfo?[] keys)
    {
        foreach (var key in keys)
        {
            _keys.Writer.TryWrite(key);
        }
    }

    public void Press(string letters) => Press([.. letters.Select(letter => (ConsoleKeyInfo?)Sample.Key(letter))]);

    public void Close() => _keys.Writer.Complete();

    public Task ShowsAsync(string what) =>
        Eventually.HoldsAsync(() => Text.Contains(what), () => $"no '{what}':\n{Text}");
}
