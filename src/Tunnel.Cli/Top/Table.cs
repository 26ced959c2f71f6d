namespace Tunnel.Cli.Top;

/// <summary>The columns that have room in a width, and how wide each is.</summary>
internal sealed class Table
{
    private const int Gap = 1;

    private readonly int _width;
    private readonly List<(Column Column, int Width)> _columns;

    private Table(int width, List<(Column, int)> columns) => (_width, _columns) = (width, columns);

    /// <param name="rows">All that may be shown: the columns must not move when others come into sight.</param>
    /// <param name="width">Cells of the screen.</param>
    public static Table For(IReadOnlyList<Row> rows, int width)
    {
        var hasTunnels = rows.Any(row => row.Session.Tunnel is not null);
        // It looks at all rows: once is enough.
        var needed = new Dictionary<Column, int>();
        var widths = new Dictionary<Column, int>();
        var left = width + Gap;
        foreach (var column in Column.All.OrderBy(column => column.Rank))
        {
            if (column.Sorts.Contains(SortKey.Tunnel) && !hasTunnels)
            {
                continue;
            }

            // The first one is there in any case; none is left out for one that matters less.
            if (widths.Count > 0 && left < Gap + column.Least)
            {
                break;
            }

            needed[column] = Needed(column, rows);
            var usual = Math.Clamp(needed[column], column.Least, Math.Max(column.Least, column.Usual));
            widths[column] = Math.Max(column.Least, Math.Min(usual, left - Gap));
            left -= Gap + widths[column];
        }

        foreach (var column in widths.Keys.OrderBy(column => column.Rank).Where(column => column.Most > 0).ToList())
        {
            var more = Math.Min(left, Math.Min(needed[column], column.Most) - widths[column]);
            widths[column] += Math.Max(0, more);
            left -= Math.Max(0, more);
        }

        return new Table(width, [.. Column.All.Where(widths.ContainsKey).Select(column => (column, widths[column]))]);
    }

    /// <param name="sort">Its column is marked.</param>
    public StyledLine Titles(SortOrder sort)
    {
        var line = new StyledLine(_width);
        foreach (var (column, width) in _columns)
        {
            var isMarked = column.Sorts.Contains(sort.Key);
            var title = isMarked ? column.Title + (sort.IsReversed ? "▲" : "▼") : column.Title;
            line.Add(Cells.Fit(title, width, column.IsNumber), isMarked ? Paint.TitleMarked : Paint.Title);
            line.Add(new string(' ', Gap), Paint.Title);
        }

        return line.Fill(Paint.Title);
    }

    public StyledLine Line(Row row, bool isSelected, bool isStale)
    {
        var line = new StyledLine(_width);
        foreach (var (column, width) in _columns)
        {
            var style =
                isSelected ? Paint.Bar
                : isStale ? Paint.Faint
                : column.Style(row);
            line.Add(Cells.Fit(SafeText.Escape(column.Text(row)), width, column.IsNumber), style);
            line.Add(new string(' ', Gap), isSelected ? Paint.Bar : Paint.Plain);
        }

        return isSelected ? line.Fill(Paint.Bar) : line;
    }

    private static int Needed(Column column, IReadOnlyList<Row> rows)
    {
        // With room for the mark of the order.
        var most = column.Title.Length + 1;
        if (column.Most > 0)
        {
            foreach (var row in rows)
            {
                most = Math.Max(most, Cells.WidthOf(SafeText.Escape(column.Text(row))));
                if (most >= column.Most)
                {
                    break;
                }
            }
        }

        return most;
    }
}
