namespace Tunnel.Cli.Top;

/// <summary>The whole screen as lines: header, table, footer. Only what has room is made.</summary>
internal static class Screen
{
    private const int MostHeaderLines = 10;

    // Below this height the table gets what there is.
    private const int HeightOfTitles = 4;

    /// <param name="width">Cells of a line, at least one.</param>
    /// <param name="height">Lines, at least one; as many are returned.</param>
    public static List<StyledLine> Of(TopModel model, int width, int height)
    {
        var lines = Header.Of(model, width, Math.Clamp(height / 3, 1, MostHeaderLines));
        var footer = height > 1 ? 1 : 0;
        var room = height - lines.Count - footer;
        if (Cover.Of(model) is { } cover)
        {
            var all = Wrapped(cover, width).ToList();
            lines.AddRange(all.Take(room));
            if (all.Count > room && room > 0)
            {
                lines[^1] = new StyledLine(width).Add("…", Paint.Faint);
            }
        }
        else
        {
            AddTable(lines, model, width, room);
        }

        while (lines.Count < height - footer)
        {
            lines.Add(new StyledLine(width));
        }

        if (footer > 0)
        {
            lines.Add(Footer.Of(model, width));
        }

        return lines;
    }

    private static void AddTable(List<StyledLine> lines, TopModel model, int width, int room)
    {
        var table = Table.For(model.Sight?.Rows ?? [], width);
        if (room >= HeightOfTitles - 1)
        {
            lines.Add(table.Titles(model.Sort));
            room--;
        }

        model.Fit(room);
        foreach (var row in model.Rows.Skip(model.Offset).Take(room))
        {
            var isSelected = row.Session.Id == model.Selected?.Session.Id;
            lines.Add(table.Line(row, isSelected, model.Away is not null));
        }

        if (model.Rows.Count == 0 && room > 0 && model.Sight is not null)
        {
            var words = model.Filter.Length > 0 ? "no session passes the filter" : "no session";
            lines.Add(new StyledLine(width).Add(words, Paint.Faint));
        }
    }

    private static IEnumerable<StyledLine> Wrapped(IEnumerable<string> texts, int width)
    {
        foreach (var text in texts)
        {
            var left = SafeText.Escape(text);
            do
            {
                var piece = Cells.Front(left, width);
                if (piece.Length < left.Length && piece.LastIndexOf(' ') is > 0 and var blank)
                {
                    piece = piece[..(blank + 1)];
                }

                yield return new StyledLine(width).Add(piece, Paint.Plain);
                left = left[piece.Length..];
            } while (left.Length > 0);
        }
    }
}
