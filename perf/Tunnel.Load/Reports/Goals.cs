using System.Globalization;
using Tunnel.Load.Cases;

namespace Tunnel.Load.Reports;

/// <summary>What the default backend has to reach, as ratios to others in the same run, and whether it does.</summary>
internal static class Goals
{
    private const string Ours = "tunnel/openssl";
    private const string BestPeer = "best peer";

    private static readonly IReadOnlyList<Goal> _all =
    [
        new("bulk-up", BulkCase.Throughput, BestPeer, 1.35),
        new("bulk-down", BulkCase.Throughput, BestPeer, 1.35),
        new("bulk-up", BulkCase.Cpu, BestPeer, 0.75, AtMost: true),
        new("bulk-down", BulkCase.Cpu, BestPeer, 0.75, AtMost: true),
        new("ping-pong-1", PingPongCase.P50, BestPeer, 1, AtMost: true),
        new("ping-pong-64", PingPongCase.Rate, BestPeer, 1.05),
        new("mixed", MixedCase.Throughput, "haproxy", 1.1),
        new("mixed", MixedCase.P99, BestPeer, 1, AtMost: true),
        new("mixed", MixedCase.P50, "haproxy", 0.25, AtMost: true),
        new("connections-full", ConnectionsCase.Rate, "nginx", 1),
        new("connections-resumed", ConnectionsCase.Rate, "nginx", 1),
        new("memory", MemoryCase.PerConnection, null, 45, AtMost: true),
        new("start", StartCase.Time, null, 300, AtMost: true),
        new("bulk-up", BulkCase.Cpu, "ghostunnel", 1, AtMost: true, Who: "tunnel/sslstream"),
        new("bulk-down", BulkCase.Cpu, "ghostunnel", 1, AtMost: true, Who: "tunnel/sslstream"),
    ];

    public static IEnumerable<string> Judge(Results results)
    {
        yield return "### Goals";
        yield return "";
        yield return Table.Row(["case", "who", "measured", "compared with", "ratio", "goal", "met"]);
        yield return Table.Row(["---", "---", "---:", "---", "---:", "---", "---"]);
        foreach (var goal in _all)
        {
            if (Judge(goal, results) is { } row)
            {
                yield return row;
            }
        }
    }

    /// <returns>Null when this run has not measured both sides of it.</returns>
    private static string? Judge(Goal goal, Results results)
    {
        if (results.Median(goal.Case, goal.Who, goal.Column) is not { } ours)
        {
            return null;
        }

        var (name, theirs) = goal.Against switch
        {
            null => ("–", 1),
            BestPeer => results.BestPeer(goal.Case, goal.Column) ?? ("", double.NaN),
            { } peer => (peer, results.Median(goal.Case, peer, goal.Column) ?? double.NaN),
        };
        if (double.IsNaN(theirs))
        {
            return null;
        }

        var ratio = ours / theirs;
        var met = goal.AtMost ? ratio <= goal.Bound : ratio >= goal.Bound;
        return Table.Row([
            $"{goal.Case}, {goal.Column}",
            goal.Who,
            Number(ours),
            goal.Against is null ? name : $"{name} {Number(theirs)}",
            goal.Against is null ? "–" : Number(ratio),
            $"{(goal.AtMost ? "≤" : "≥")} {Number(goal.Bound)}{(goal.Against is null ? "" : " ×")}",
            met ? "yes" : "**no**",
        ]);
    }

    private static string Number(double value) =>
        value.ToString(value >= 100 ? "N0" : "0.##", CultureInfo.InvariantCulture);

    /// <param name="Against">A pair, the best of the peers, or null for an absolute bound.</param>
    private sealed record Goal(
        string Case,
        string Column,
        string? Against,
        double Bound,
        bool AtMost = false,
        string Who = Ours
    );
}
