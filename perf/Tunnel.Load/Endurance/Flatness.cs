using System.Globalization;

namespace Tunnel.Load.Endurance;

/// <summary>
/// Whether what a process holds stays the same. The first third of the time is for warming up; then the median of the
/// last third may be above that of the second by no more than an allowance. Medians, so that a collection or a burst at
/// one moment does not count, while what grows with the connections does.
/// </summary>
internal static class Flatness
{
    /// <summary>
    /// The collector takes and returns memory in steps of 8 MiB, and the medians of thirds differ by one of them where
    /// nothing leaks. At 500 connections a second, 10 minutes a third, this is 34 bytes for each of them.
    /// </summary>
    public const long MemoryKiB = 10 * 1024;

    /// <summary>Of the sessions that are just beginning or ending, of which there is always some number.</summary>
    public const int Files = 8;

    /// <summary>The thread pool tries one more and one less all the time.</summary>
    public const int Threads = 4;

    /// <returns>What grows, in words; empty if nothing does.</returns>
    public static IEnumerable<string> Faults(string process, IReadOnlyList<Footprint> samples)
    {
        foreach (var (what, value, allowed) in _quantities)
        {
            var (second, last) = Thirds(samples, value);
            if (last - second > allowed)
            {
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"{process}: {what} grew from {second} to {last}, which is more than {allowed}"
                );
            }
        }
    }

    /// <summary>All medians.</summary>
    public static string Words(IReadOnlyList<Footprint> samples) =>
        string.Join(
            ", ",
            _quantities.Select(quantity =>
            {
                var (second, last) = Thirds(samples, quantity.Value);
                return string.Create(CultureInfo.InvariantCulture, $"{quantity.What} {second} {last}");
            })
        );

    /// <summary>The medians of the second and the last third.</summary>
    private static (long Second, long Last) Thirds(IReadOnlyList<Footprint> samples, Func<Footprint, long> value)
    {
        if (samples.Count < 9)
        {
            throw new InvalidDataException($"{samples.Count} samples say nothing");
        }

        var third = samples.Count / 3;
        return (
            Median(samples.Skip(samples.Count - (2 * third)).Take(third).Select(value)),
            Median(samples.TakeLast(third).Select(value))
        );
    }

    private static readonly (string What, Func<Footprint, long> Value, long Allowed)[] _quantities =
    [
        ("memory in KiB", sample => sample.MemoryKiB, MemoryKiB),
        ("open files", sample => sample.Files, Files),
        ("threads", sample => sample.Threads, Threads),
    ];

    private static long Median(IEnumerable<long> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
