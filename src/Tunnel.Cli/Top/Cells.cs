using System.Text;
using Spectre.Console;

namespace Tunnel.Cli.Top;

/// <summary>Text in the cells of a terminal, of which a letter may take none, one or two.</summary>
internal static class Cells
{
    private const string Ellipsis = "…";

    public static int WidthOf(string text) => Ascii.IsValid(text) ? text.Length : text.GetCellWidth();

    /// <summary>
    /// The text in exactly so many cells: filled up with blanks, or cut, with an ellipsis for the rest.
    /// </summary>
    /// <param name="isRight">The blanks go in front.</param>
    public static string Fit(string text, int width, bool isRight = false)
    {
        var cut = Cut(text, width);
        var blanks = new string(' ', width - WidthOf(cut));
        return isRight ? blanks + cut : cut + blanks;
    }

    /// <summary>The text in at most so many cells.</summary>
    public static string Cut(string text, int width)
    {
        if (width <= 0)
        {
            return "";
        }

        if (WidthOf(text) <= width)
        {
            return text;
        }

        return Front(text, width - 1, least: 0) + Ellipsis;
    }

    /// <summary>The beginning of a text, as much of it as has room in so many cells.</summary>
    /// <param name="least">Characters that it has in any case, so that what is left becomes shorter.</param>
    public static string Front(string text, int width, int least = 1)
    {
        var (length, cells) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            cells += WidthOf(rune.ToString());
            if (cells > width && length >= least)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return text[..length];
    }
}
