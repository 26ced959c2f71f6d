namespace Tunnel.Config;

/// <summary>Finds the name that somebody probably meant.</summary>
public static class ClosestName
{
    /// <summary>The nearest of <paramref name="names"/>, or null when none is near enough to be meant.</summary>
    public static string? Find(string typed, IEnumerable<string> names) =>
        names
            .Select(name => (name, distance: Distance(typed, name)))
            .Where(candidate => candidate.distance <= Math.Max(1, candidate.name.Length / 3))
            .OrderBy(candidate => candidate.distance)
            .FirstOrDefault()
            .name;

    /// <summary>
    /// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other, ignoring case
    /// (the optimal string alignment distance).
    /// </summary>
    internal static int Distance(string typed, string name)
    {
        // A key can be as long as the file; a long one is not a typing error.
        if (typed.Length > 2 * name.Length + 1)
        {
            return int.MaxValue;
        }

        var costs = new int[typed.Length + 1, name.Length + 1];
        for (var i = 0; i <= typed.Length; i++)
        {
            for (var j = 0; j <= name.Length; j++)
            {
                costs[i, j] = Math.Min(i, j) == 0 ? Math.Max(i, j) : Cheapest(costs, typed, name, i, j);
            }
        }

        return costs[typed.Length, name.Length];
    }

    private static int Cheapest(int[,] costs, string typed, string name, int i, int j)
    {
        var replaced = costs[i - 1, j - 1] + (Same(typed[i - 1], name[j - 1]) ? 0 : 1);
        var cost = Math.Min(replaced, Math.Min(costs[i - 1, j], costs[i, j - 1]) + 1);
        var swapped = i > 1 && j > 1 && Same(typed[i - 1], name[j - 2]) && Same(typed[i - 2], name[j - 1]);
        return swapped ? Math.Min(cost, costs[i - 2, j - 2] + 1) : cost;
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
