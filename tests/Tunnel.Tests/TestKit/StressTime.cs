using System.Globalization;

namespace Tunnel.Tests.TestKit;

/// <summary>
/// How long each test of the category <c>Stress</c> keeps up its load: a moment in every run of the tests, long enough
/// to notice what is plainly broken, and as long as <c>TUNNEL_STRESS_SECONDS</c> says for <c>dotnet cake
/// --target=Stress</c>.
/// </summary>
internal static class StressTime
{
    /// <summary>For <c>[Category(StressTime.Category)]</c>.</summary>
    public const string Category = "Stress";

    private const double SecondsInEveryRun = 2;

    public static TimeSpan Length { get; } =
        TimeSpan.FromSeconds(
            Environment.GetEnvironmentVariable("TUNNEL_STRESS_SECONDS") is { Length: > 0 } seconds
                ? double.Parse(seconds, CultureInfo.InvariantCulture)
                : SecondsInEveryRun
        );
}
