using System.Globalization;

namespace Tunnel.Cli.Top;

/// <summary>Numbers in as few characters as people need.</summary>
internal static class Units
{
    private const double Next = 1024;

    // 1,000 KiB would be a character wider than 0.98 MiB.
    private const double Most = 999.5;

    private static readonly string[] _names = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary>At most seven characters; <c>-</c> for what is not known.</summary>
    public static string Bytes(double? bytes)
    {
        if (bytes is not { } number)
        {
            return "-";
        }

        var unit = 0;
        while (number >= Most && unit < _names.Length - 1)
        {
            number /= Next;
            unit++;
        }

        var digits = unit > 0 && number < 9.95 ? "0.0" : "0";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{number.ToString(digits, CultureInfo.InvariantCulture)} {_names[unit]}"
        );
    }

    /// <summary>With <c>/s</c> behind it where it is known.</summary>
    public static string Rate(double? bytes) => bytes is null ? "-" : Bytes(bytes) + "/s";

    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Two units at most: <c>12s</c>, <c>3m05s</c>, <c>4h09m</c>, <c>12d03h</c>.</summary>
    public static string Age(TimeSpan age) =>
        age switch
        {
            { TotalDays: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{age.Days}d{age.Hours:00}h"),
            { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{age.Hours}h{age.Minutes:00}m"),
            { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{age.Minutes}m{age.Seconds:00}s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, age.Seconds)}s"),
        };
}
