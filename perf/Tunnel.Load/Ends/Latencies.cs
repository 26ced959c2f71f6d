namespace Tunnel.Load.Ends;

/// <summary>Every latency of a measurement, kept exactly: no buckets, no rounding.</summary>
internal sealed class Latencies
{
    // Memory for a million at once, so that growing does not show up as latency.
    private readonly List<long> _ticks = new(1 << 20);

    public int Count => _ticks.Count;

    public void Add(TimeSpan latency) => _ticks.Add(latency.Ticks);

    public void Add(Latencies others) => _ticks.AddRange(others._ticks);

    /// <summary>Call after the last <see cref="Add(TimeSpan)"/>.</summary>
    public void Sort() => _ticks.Sort();

    /// <param name="share">0 to 1; 1 is the longest.</param>
    /// <exception cref="InvalidDataException">Nothing was measured.</exception>
    public TimeSpan At(double share) =>
        _ticks.Count == 0
            ? throw new InvalidDataException("not one echo came in the time measured")
            : TimeSpan.FromTicks(_ticks[(int)Math.Min(_ticks.Count - 1, share * _ticks.Count)]);
}
