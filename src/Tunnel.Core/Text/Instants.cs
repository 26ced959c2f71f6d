using System.Globalization;

namespace Tunnel.Text;

/// <summary>Points in time as messages write them.</summary>
public static class Instants
{
    /// <summary>UTC to the second: <c>2027-01-02 03:04:05Z</c>.</summary>
    public static string Format(DateTimeOffset instant) =>
        instant.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>
    /// A span in its largest whole unit: <c>12 days</c>, <c>1 hour</c>, <c>40 seconds</c>. Never negative.
    /// </summary>
    public static string Format(TimeSpan span) =>
        span switch
        {
            { TotalDays: >= 1 } => Count((int)span.TotalDays, "day"),
            { TotalHours: >= 1 } => Count((int)span.TotalHours, "hour"),
            { TotalMinutes: >= 1 } => Count((int)span.TotalMinutes, "minute"),
            _ => Count(Math.Max(0, (int)span.TotalSeconds), "second"),
        };

    private static string Count(int number, string unit) => number == 1 ? $"1 {unit}" : $"{number} {unit}s";
}
