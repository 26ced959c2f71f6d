namespace Tunnel.Cli.Doctor;

/// <summary>Times of one kind, and how they are spread.</summary>
internal sealed class Samples
{
    private readonly List<TimeSpan> _all = [];

    public int Count => _all.Count;

    public void Add(TimeSpan sample) => _all.Add(sample);

    /// <summary>
    /// The smallest sample that at least this share of all does not exceed (nearest rank): always one that was
    /// measured.
    /// </summary>
    /// <param name="percent">Above 0, to 100; 0 is the smallest of all.</param>
    public TimeSpan Percentile(double percent)
    {
        var sorted = _all.Order().ToList();
        var rank = (int)Math.Ceiling(percent / 100 * sorted.Count);
        return sorted[Math.Clamp(rank, 1, sorted.Count) - 1];
    }
}
