namespace Tunnel.Cli.Top;

/// <summary>What the rows are sorted by.</summary>
internal enum SortKey
{
    /// <summary>Bytes a second, both ways together.</summary>
    Moves,
    Sent,
    Received,

    /// <summary>Bytes since its start, both ways together.</summary>
    Bytes,
    Age,
    Peer,
    Identity,
    Tunnel,
    State,
}

/// <param name="IsReversed">The least first, or Z before A.</param>
internal sealed record SortOrder(SortKey Key, bool IsReversed = false)
{
    /// <summary>The order after a key was pressed: the same key again reverses it.</summary>
    public SortOrder Then(SortKey key) => key == Key ? this with { IsReversed = !IsReversed } : new SortOrder(key);

    /// <summary>Rows that are equal keep their places from one answer to the next.</summary>
    public IEnumerable<Row> Apply(IEnumerable<Row> rows)
    {
        var sorted = Key switch
        {
            SortKey.Moves => MostFirst(rows, row => row.Rate),
            SortKey.Sent => MostFirst(rows, row => row.SentRate ?? 0),
            SortKey.Received => MostFirst(rows, row => row.ReceivedRate ?? 0),
            SortKey.Bytes => MostFirst(rows, row => row.Bytes),
            SortKey.Age => MostFirst(rows, row => row.Session.AgeMs),
            SortKey.Peer => ByText(rows, row => row.Session.Peer),
            SortKey.Identity => ByText(rows, row => row.Session.Identity ?? row.Session.Claimed ?? ""),
            SortKey.Tunnel => ByText(rows, row => row.Session.Tunnel ?? ""),
            _ => MostFirst(rows, row => -(int)row.Session.State),
        };
        return sorted
            .ThenByDescending(row => row.Rate)
            .ThenByDescending(row => row.Bytes)
            .ThenBy(row => row.Session.Id, StringComparer.Ordinal);
    }

    private IOrderedEnumerable<Row> MostFirst(IEnumerable<Row> rows, Func<Row, double> number) =>
        IsReversed ? rows.OrderBy(number) : rows.OrderByDescending(number);

    private IOrderedEnumerable<Row> ByText(IEnumerable<Row> rows, Func<Row, string> text) =>
        IsReversed
            ? rows.OrderByDescending(text, StringComparer.OrdinalIgnoreCase)
            : rows.OrderBy(text, StringComparer.OrdinalIgnoreCase);
}
