using System.Globalization;
using System.Text;
using Spectre.Console;

namespace Tunnel.Tests.TestKit;

/// <summary>
/// What a terminal shows after all that was written to it. It knows the control sequences that we use and no others: an
/// unknown one is a failure.
/// </summary>
internal sealed class TerminalScreen(int width, int height)
{
    private const char Escape = '\u001b';

    private readonly StringBuilder _rest = new();
    private string[,] _cells = Blank(width, height);
    private int _x;
    private int _y;

    /// <summary>Modes that are on, by their numbers.</summary>
    public SortedSet<string> Modes { get; } = ["?25", "?7"];

    /// <summary>The lines without the blanks at their ends.</summary>
    public string[] Lines => [.. Enumerable.Range(0, height).Select(y => string.Concat(Row(y)).TrimEnd())];

    public override string ToString() => string.Join('\n', Lines);

    public void Resize(int newWidth, int newHeight)
    {
        (width, height) = (newWidth, newHeight);
        _cells = Blank(width, height);
        (_x, _y) = (0, 0);
    }

    /// <summary>A sequence may be in pieces.</summary>
    public void Write(string text)
    {
        _rest.Append(text);
        var all = _rest.ToString();
        var at = 0;
        while (at < all.Length)
        {
            var length = all[at] == Escape ? Control(all, at) : Letter(all, at);
            if (length == 0)
            {
                break;
            }

            at += length;
        }

        _rest.Clear().Append(all.AsSpan(at));
    }

    private static string[,] Blank(int width, int height)
    {
        var cells = new string[height, width];
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i / width, i % width] = " ";
        }

        return cells;
    }

    private IEnumerable<string> Row(int y) => Enumerable.Range(0, width).Select(x => _cells[y, x]);

    // Without a wrap what is beyond the last cell replaces what is in it.
    private int Letter(string all, int at)
    {
        switch (all[at])
        {
            case '\r':
                _x = 0;
                return 1;
            case '\n':
                NextLine();
                return 1;
        }

        var rune = Rune.GetRuneAt(all, at);
        if (Rune.IsControl(rune))
        {
            throw new InvalidDataException($"a control character reached the terminal: {rune.Value:x}");
        }

        var letter = rune.ToString();
        var cells = letter.GetCellWidth();
        if (cells == 0)
        {
            _cells[_y, Math.Max(0, _x - 1)] += letter;
            return letter.Length;
        }

        if (_x + cells > width && Modes.Contains("?7"))
        {
            _x = 0;
            NextLine();
        }

        _x = Math.Min(_x, width - cells);
        _cells[_y, _x] = letter;
        for (var i = 1; i < cells; i++)
        {
            _cells[_y, _x + i] = "";
        }

        _x += cells;
        return letter.Length;
    }

    private void NextLine()
    {
        if (_y < height - 1)
        {
            _y++;
            return;
        }

        for (var i = 0; i < (height - 1) * width; i++)
        {
            _cells[i / width, i % width] = _cells[(i / width) + 1, i % width];
        }

        Erase(height - 1, 0);
    }

    private int Control(string all, int at)
    {
        if (all.Length < at + 2)
        {
            return 0;
        }

        if (all[at + 1] is '>' or '=')
        {
            // Number keys as usual, or as an application wants them.
            return 2;
        }

        if (all[at + 1] != '[')
        {
            throw new InvalidDataException($"unknown: ESC {all[at + 1]}");
        }

        var end = at + 2;
        while (end < all.Length && !char.IsAsciiLetter(all[end]))
        {
            end++;
        }

        if (end == all.Length)
        {
            return 0;
        }

        Obey(all[end], all[(at + 2)..end]);
        return end + 1 - at;
    }

    private void Obey(char command, string parameters)
    {
        switch (command, parameters)
        {
            case ('m', _):
                break;
            case ('h', _):
                Modes.Add(parameters);
                break;
            case ('l', _):
                Modes.Remove(parameters);
                break;
            case ('H', _):
                var place = parameters.Split(';');
                // A place that is not there is the nearest one that is.
                (_y, _x) = (
                    Math.Clamp(Number(place[0]) - 1, 0, height - 1),
                    Math.Clamp(Number(place[1]) - 1, 0, width - 1)
                );
                break;
            case ('K', "2"):
                Erase(_y, 0);
                break;
            case ('J', "0" or ""):
                Erase(_y, _x);
                Below(_y + 1);
                break;
            case ('J', "2"):
                Below(0);
                break;
            default:
                throw new InvalidDataException($"unknown: ESC [ {parameters} {command}");
        }
    }

    private void Below(int from)
    {
        for (var y = from; y < height; y++)
        {
            Erase(y, 0);
        }
    }

    private void Erase(int y, int from)
    {
        for (var x = from; x < width; x++)
        {
            _cells[y, x] = " ";
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
