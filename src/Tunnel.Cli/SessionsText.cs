using System.Globalization;
using System.Text;
using Tunnel.Reports;
using Tunnel.Sessions;

namespace Tunnel.Cli;

/// <summary>Live sessions as lines of columns, for a terminal or for <c>awk</c>: no column holds a blank.</summary>
internal static class SessionsText
{
    private static readonly string[] _titles =
    [
        "SESSION",
        "TUNNEL",
        "STATE",
        "AGE_S",
        "SENT",
        "RECEIVED",
        "PEER",
        "IDENTITY",
        "TARGET",
        "GROUP",
    ];

    /// <summary>A line for each, under one of titles; only the titles, when there are none.</summary>
    public static string Of(SessionList list)
    {
        List<string[]> rows = [_titles, .. list.Sessions.Select(Columns)];
        var widths = Enumerable
            .Range(0, _titles.Length)
            .Select(column => rows.Max(row => row[column].Length))
            .ToArray();
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            var line = string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column])));
            text.Append(line.TrimEnd()).Append('\n');
        }

        return text.ToString();
    }

    private static string[] Columns(SessionRecord session) =>
        [
            Cell(session.Id),
            Cell(session.Tunnel),
            session.State.Word(),
            (session.AgeMs / 1000).ToString("0", CultureInfo.InvariantCulture),
            session.Sent.ToString(CultureInfo.InvariantCulture),
            session.Received.ToString(CultureInfo.InvariantCulture),
            Cell(session.Peer),
            Cell(session.Identity),
            Cell(session.Target),
            Cell(session.Group),
        ];

    private static string Cell(string? value)
    {
        var text = new StringBuilder();
        FieldText.Append(text, value ?? FieldText.None.ToString()!);
        return value is null ? text.ToString().Trim('"') : text.Replace(' ', '_').ToString();
    }
}
