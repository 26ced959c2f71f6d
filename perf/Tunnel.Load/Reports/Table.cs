using Tunnel.Load.Cases;

namespace Tunnel.Load.Reports;

/// <summary>The results of one case as a Markdown table: warm and cold beneath each other.</summary>
internal static class Table
{
    public static IEnumerable<string> Of(LoadCase load, IReadOnlyList<string> pairs, Results results)
    {
        yield return $"### {load.Title} (`{load.Name}`)";
        yield return "";
        string[] label = load.IsMeasuredCold ? ["pair", ""] : ["pair"];
        yield return Row([.. label, .. load.Columns.Select(column => column.Name)]);
        yield return Row([.. label.Select(_ => "---"), .. load.Columns.Select(_ => "---:")]);
        foreach (var pair in pairs.Where(load.AppliesTo))
        {
            var why = results.WhyWithout(load.Name, pair);
            foreach (var warmth in load.Warmths(pair))
            {
                var name = warmth == Warmth.Cold ? "" : pair + (why is null ? "" : $" ({why})");
                yield return Row([
                    name,
                    .. load.IsMeasuredCold ? [warmth == Warmth.Cold ? "cold" : "warm"] : Array.Empty<string>(),
                    .. load.Columns.Select(column =>
                        results.Of(load.Name, pair, warmth, column.Name)?.Text(column.Decimals) ?? "–"
                    ),
                ]);
            }
        }

        yield return "";
    }

    public static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
}
