using Spectre.Console;
using Tunnel.Relay;

namespace Tunnel.Cli.Top;

/// <summary>A column of the table.</summary>
internal sealed record Column
{
    public required string Title { get; init; }

    /// <summary>In its cells, as it came from the process.</summary>
    public required Func<Row, string> Text { get; init; }

    /// <summary>Cells below which it is left out.</summary>
    public required int Least { get; init; }

    /// <summary>Cells that it takes, as far as its texts need them, before columns that matter less.</summary>
    public int Usual { get; init; }

    /// <summary>Cells that it may take, as far as its texts need them, of what is left.</summary>
    public int Most { get; init; }

    /// <summary>This column is marked when the table is sorted by one of these.</summary>
    public IReadOnlyList<SortKey> Sorts { get; init; } = [];

    public bool IsNumber { get; init; }

    /// <summary>Which columns stay where there is little room: the smallest.</summary>
    public required int Rank { get; init; }

    public Func<Row, Style> Style { get; init; } = _ => Paint.Plain;

    /// <summary>From left to right.</summary>
    public static readonly IReadOnlyList<Column> All =
    [
        new()
        {
            Title = "SESSION",
            Text = row => row.Session.Id,
            Least = 6,
            Usual = 10,
            Most = 24,
            Rank = 7,
        },
        new()
        {
            Title = "TUNNEL",
            Text = row => row.Session.Tunnel ?? "-",
            Least = 6,
            Usual = 12,
            Most = 24,
            Sorts = [SortKey.Tunnel],
            Rank = 5,
        },
        new()
        {
            Title = "STATE",
            Text = row => row.Session.State.Word(),
            Least = 11,
            Sorts = [SortKey.State],
            Rank = 4,
            Style = row => row.Session.State is SessionState.Relaying ? Paint.Plain : Paint.Caution,
        },
        Number("AGE", 6, 6, [SortKey.Age], row => Units.Age(TimeSpan.FromMilliseconds(row.Session.AgeMs))),
        Number("SENT/s", 8, 1, [SortKey.Sent, SortKey.Moves], row => Units.Bytes(row.SentRate)) with
        {
            Style = row => row.SentRate > 0 ? Paint.Strong : Paint.Faint,
        },
        Number("RECV/s", 8, 0, [SortKey.Received, SortKey.Moves], row => Units.Bytes(row.ReceivedRate)) with
        {
            Style = row => row.ReceivedRate > 0 ? Paint.Strong : Paint.Faint,
        },
        Number("SENT", 8, 9, [SortKey.Bytes], row => Units.Bytes(row.Session.Sent)),
        Number("RECEIVED", 9, 10, [SortKey.Bytes], row => Units.Bytes(row.Session.Received)),
        new()
        {
            Title = "PEER",
            Text = row => row.Session.Peer,
            Least = 12,
            Usual = 21,
            Most = 47,
            Sorts = [SortKey.Peer],
            Rank = 2,
        },
        new()
        {
            Title = "IDENTITY",
            Text = row => row.Session.Identity ?? (row.Session.Claimed is { } claimed ? $"claims {claimed}" : "-"),
            Least = 6,
            Usual = 16,
            Most = 64,
            Sorts = [SortKey.Identity],
            Rank = 3,
            Style = row => row.Session is { Identity: null, Claimed: not null } ? Paint.Caution : Paint.Plain,
        },
        new()
        {
            Title = "TARGET",
            Text = row => row.Session.Target,
            Least = 12,
            Usual = 21,
            Most = 47,
            Rank = 8,
        },
        new()
        {
            Title = "TLS",
            Text = row => row.Session.Tls is { } tls ? $"{tls} {row.Session.Group}".TrimEnd() : "-",
            Least = 7,
            Most = 24,
            Rank = 11,
        },
    ];

    private static Column Number(
        string title,
        int width,
        int rank,
        IReadOnlyList<SortKey> sorts,
        Func<Row, string> text
    ) =>
        new()
        {
            Title = title,
            Text = text,
            Least = width,
            Sorts = sorts,
            IsNumber = true,
            Rank = rank,
        };
}
