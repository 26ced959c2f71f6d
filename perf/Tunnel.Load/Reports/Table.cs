using System.Globalization;
using Tunnel.Load.Cases;

namespace Tunnel.Load.Reports;

/// <summary>The results of one case as a Markdown table.</summary>
internal static class Table
{
    public static IEnumerable<string> Of(LoadCase load, IReadOnlyList<string> pairs, Results results)
    {
        yield return $"### {load.Title} (`{load.Name}`)";
        yield return "";
        yield return Row(["pair", .. load.Columns.Select(column => column.Name)]);
        yield return Row(["---", .. load.Columns.Select(_ => "---:")]);
        foreach (var pair in pairs.Where(pair => pair != Lineup.Direct || load.AppliesToDirect))
        {
            var why = results.WhyWithout(load.Name, pair);
            yield return Row([
                pair + (why is null ? "" : $" ({why})"),
                .. load.Columns.Select(column => Format(results.Median(load.Name, pair, column.Name), column)),
            ]);
        }

        yield return "";
    }

    public static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private static string Format(double? value, Column column) =>
        value is { } v ? v.ToString($"N{column.Decimals}", CultureInfo.InvariantCulture) : "–";
}
