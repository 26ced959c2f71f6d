using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Cli.Doctor;

/// <summary>Points in time and spans as the report writes them.</summary>
internal static class Dates
{
    /// <summary>UTC to the second.</summary>
    public static string Text(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string From(X509Certificate2 certificate) => Text(certificate.NotBefore.ToUniversalTime());

    public static string To(X509Certificate2 certificate) => Text(certificate.NotAfter.ToUniversalTime());

    /// <summary>To the second, in the two largest units: <c>3 days 4 h</c>, <c>12 min 5 s</c>.</summary>
    public static string Span(TimeSpan span) =>
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

    /// <summary>Milliseconds, with as many digits as they are worth.</summary>
    public static string Ms(TimeSpan span) =>
        span.TotalMilliseconds.ToString(span.TotalMilliseconds < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);
}
