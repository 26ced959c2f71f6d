using System.Globalization;
using Tunnel.Load.Cases;

namespace Tunnel.Load.Reports;

/// <summary>
/// What the default backend has to reach, warm and cold, mostly as ratios to others in the same round.
/// </summary>
internal static class Goals
{
    private const string Ours = "tunnel/openssl";
    private const string BestPeer = "best peer";

    private static readonly IReadOnlyList<Goal> _all =
    [
        new("bulk-up", BulkCase.Throughput, BestPeer, 1.4),
        new("bulk-down", BulkCase.Throughput, BestPeer, 1.4),
        new("bulk-up", BulkCase.Cpu, BestPeer, 0.75, AtMost: true),
        new("bulk-down", BulkCase.Cpu, BestPeer, 0.75, AtMost: true),
        new("ping-pong-1", PingPongCase.P50, BestPeer, 1, AtMost: true),
        new("ping-pong-64", PingPongCase.Rate, BestPeer, 1.05),
        new("mixed", MixedCase.Throughput, "haproxy", 1.25),
        new("mixed", MixedCase.P50, "haproxy", 0.1, AtMost: true),
        new("mixed", MixedCase.P99, "stunnel", 0.6, AtMost: true),
        new("mixed", MixedCase.Max, null, 25, AtMost: true),
        new("connections-full", ConnectionsCase.Rate, "nginx", 1),
        new("connections-resumed", ConnectionsCase.Rate, "nginx", 1.15),
        new("memory", MemoryCase.PerConnection, null, 28, AtMost: true),
        new("memory", MemoryCase.BeforeLoad, null, 13, AtMost: true),
        new("start", StartCase.Time, null, 30, AtMost: true),
        new("fairness-bulk", FairnessCase.P99, null, 2, AtMost: true),
        new("fairness-connects", FairnessCase.P99, null, 2, AtMost: true),
        new("fairness-sessions", FairnessCase.P99, null, 2, AtMost: true),
        new("fairness-flood", FairnessCase.P99, null, 2, AtMost: true),
        new("fairness-share", ShareCase.Share, BestPeer, 2),
        new("bulk-up", BulkCase.Cpu, "ghostunnel", 1, AtMost: true, Who: "tunnel/sslstream"),
        new("bulk-down", BulkCase.Cpu, "ghostunnel", 1, AtMost: true, Who: "tunnel/sslstream"),
    ];

    public static IEnumerable<string> Judge(IReadOnlyList<LoadCase> cases, Results results)
    {
        yield return "### Goals";
        yield return "";
        yield return Table.Row(["case", "who", "measured", "compared with", "ratio", "goal", "met"]);
        yield return Table.Row(["---", "---", "---:", "---", "---:", "---", "---"]);
        foreach (var goal in _all)
        {
            foreach (var warmth in cases.FirstOrDefault(load => load.Name == goal.Case)?.Warmths(goal.Who) ?? [])
            {
                if (Judge(goal, warmth, results) is { } row)
                {
                    yield return row;
                }
            }
        }
    }

    /// <returns>Null when this run has not measured both sides of it.</returns>
    private static string? Judge(Goal goal, Warmth warmth, Results results)
    {
        var peer = goal.Against == BestPeer ? results.BestPeer(goal.Case, warmth, goal.Column) : goal.Against;
        var ours = results.Of(goal.Case, goal.Who, warmth, goal.Column);
        if (ours is null || (peer is null && goal.Against is not null))
        {
            return null;
        }

        var judged = peer is null ? ours : results.Ratio(goal.Case, goal.Who, peer, warmth, goal.Column);
        if (judged is null)
        {
            return null;
        }

        var theirs = peer is null ? null : results.Of(goal.Case, peer, warmth, goal.Column);
        return Table.Row([
            $"{goal.Case}, {goal.Column}{(warmth == Warmth.Cold ? ", cold" : "")}",
            goal.Who,
            Number(ours.Median),
            theirs is null ? "–" : $"{peer} {Number(theirs.Median)}",
            theirs is null ? $"({Number(ours.Least)}–{Number(ours.Most)})" : judged.Text(2),
            $"{(goal.AtMost ? "≤" : "≥")} {Number(goal.Bound)}{(theirs is null ? "" : " ×")}",
            Verdict.Of(judged, goal.Bound, goal.AtMost),
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
