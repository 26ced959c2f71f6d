using Spectre.Console;

namespace Tunnel.Cli.Top;

/// <summary>A line of the screen, of pieces that look differently.</summary>
/// <param name="width">Most cells; what is added beyond is cut.</param>
internal sealed class StyledLine(int width)
{
    private readonly List<(string Text, Style Style)> _pieces = [];

    /// <summary>Cells that are taken.</summary>
    public int Taken { get; private set; }

    public int Left => width - Taken;

    public IReadOnlyList<(string Text, Style Style)> Pieces => _pieces;

    public StyledLine Add(string text, Style style)
    {
        var cut = Cells.Cut(text, Left);
        if (cut.Length > 0)
        {
            _pieces.Add((cut, style));
            Taken += Cells.WidthOf(cut);
        }

        return this;
    }

    /// <summary>Takes the cells that are left.</summary>
    public StyledLine Fill(Style style) => Add(new string(' ', Left), style);

    /// <summary>Without its looks.</summary>
    public override string ToString() => string.Concat(_pieces.Select(piece => piece.Text));
}
