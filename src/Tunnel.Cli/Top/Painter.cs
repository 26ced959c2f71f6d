using Spectre.Console;

namespace Tunnel.Cli.Top;

/// <summary>
/// From one screen to the next by the characters that a terminal needs: only lines that have changed, so that nothing
/// flickers, and a slow line carries little.
/// </summary>
internal sealed class Painter(bool hasColours)
{
    private readonly AnsiCapabilities _capabilities = new()
    {
        Ansi = true,
        ColorSystem = hasColours ? ColorSystem.Standard : ColorSystem.NoColors,
    };

    private List<string> _shown = [];

    /// <param name="lines">The screen from above.</param>
    /// <param name="all">The terminal may show anything.</param>
    /// <returns>What to write; empty: nothing has changed.</returns>
    public string Frame(IReadOnlyList<StyledLine> lines, bool all)
    {
        var next = lines.Select(Render).ToList();
        using var text = new StringWriter();
        var writer = new AnsiWriter(text, _capabilities);
        for (var i = 0; i < next.Count; i++)
        {
            if (all || i >= _shown.Count || _shown[i] != next[i])
            {
                writer.CursorPosition(i + 1, 1).Write(next[i]);
            }
        }

        if (all || next.Count < _shown.Count)
        {
            writer.EraseInDisplay(0);
        }

        _shown = next;
        return text.ToString();
    }

    // What was there before goes first: behind a full line the cursor may stand on its last cell.
    private string Render(StyledLine line)
    {
        using var text = new StringWriter();
        var writer = new AnsiWriter(text, _capabilities).EraseInLine(2);
        foreach (var (piece, style) in line.Pieces)
        {
            writer.Write(piece, style, null);
        }

        return text.ToString();
    }
}
