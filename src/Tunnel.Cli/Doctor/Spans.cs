using System.Globalization;

namespace Tunnel.Cli.Doctor;

/// <summary>Spans of time as the report writes them.</summary>
internal static class Spans
{
    /// <summary>To the second, in the two largest units: <c>3 days 4 h</c>, <c>12 min 5 s</c>.</summary>
    public static string Text(TimeSpan span) =>
        span switch
        {
            { TotalDays: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.Days} days {span.Hours} h"),
            { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.Hours} h {span.Minutes} min"),
            { TotalMinutes: >= 1 } => string.Create(
                CultureInfo.InvariantCulture,
                $"{span.Minutes} min {span.Seconds} s"
            ),
            _ => string.Create(CultureInfo.InvariantCulture, $"{span.Seconds} s"),
        };

    /// <summary>For programs, to the microsecond.</summary>
    public static double? Milliseconds(TimeSpan? span) =>
        span is { } time ? Math.Round(time.TotalMilliseconds, 3) : null;

    /// <summary>Milliseconds, with as many digits as they are worth.</summary>
    public static string Ms(TimeSpan span) =>
        span.TotalMilliseconds.ToString(span.TotalMilliseconds < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);
}
