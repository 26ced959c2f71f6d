using System.Globalization;

namespace Tunnel.Load.Reports;

/// <summary>One figure over all rounds.</summary>
internal sealed record Spread(double Median, double Least, double Most)
{
    /// <summary>Null when no round has the figure; NaN stands for a round without it.</summary>
    public static Spread? Of(IEnumerable<double> rounds)
    {
        var sorted = rounds.Where(value => !double.IsNaN(value)).Order().ToArray();
        return sorted.Length == 0
            ? null
            : new Spread((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[0], sorted[^1]);
    }

    /// <summary>The median, and the range behind it, if there is one.</summary>
    public string Text(int decimals)
    {
        string Number(double value) => value.ToString($"N{decimals}", CultureInfo.InvariantCulture);
        return Least == Most ? Number(Median) : $"{Number(Median)} ({Number(Least)}–{Number(Most)})";
    }
}
