using System.Diagnostics;
using System.Globalization;
using NUnit.Framework;

namespace Tunnel.Tests.Hostile;

/// <summary>
/// Which probes run: those of one seed in every run of the tests, of new seeds for as long as <c>dotnet cake
/// --target=Hostile</c> says, or a single one that has failed.
/// </summary>
internal static class HostileSeed
{
    /// <summary>For <c>[Category(HostileSeed.Category)]</c>.</summary>
    public const string Category = "Hostile";

    /// <summary>A seed and the number of a probe, <c>1/2048</c>: only that one.</summary>
    public const string ProbeVariable = "TUNNEL_HOSTILE_PROBE";

    /// <summary>Minutes for all tests of the category together.</summary>
    public const string MinutesVariable = "TUNNEL_HOSTILE_MINUTES";

    private const int OfEveryRun = 1;

    private static readonly string? _probe = Environment.GetEnvironmentVariable(ProbeVariable);
    private static readonly string? _minutes = Environment.GetEnvironmentVariable(MinutesVariable);

    /// <summary>The number of the only probe to run; null: all of them.</summary>
    public static int? Only => _probe is { Length: > 0 } probe ? Number(probe.Split('/')[1]) : null;

    /// <summary>The seeds of this run, one after the other.</summary>
    public static IEnumerable<int> Rounds()
    {
        if (_probe is { Length: > 0 } probe)
        {
            return [Number(probe.Split('/')[0])];
        }

        return _minutes is { Length: > 0 } minutes
            ? NewSeeds(TimeSpan.FromMinutes(double.Parse(minutes, CultureInfo.InvariantCulture) / Sharers()))
            : [OfEveryRun];
    }

    private static IEnumerable<int> NewSeeds(TimeSpan length)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < length; )
        {
            var seed = Random.Shared.Next();
            // Passed on at once, unlike what a test writes to its own output.
            TestContext.Error.WriteLine($"{TestContext.CurrentContext.Test.FullName}: seed {seed}");
            yield return seed;
        }
    }

    /// <summary>How many tests of probes there are, all of which run as long.</summary>
    private static int Sharers() =>
        HostileTests.Pairs.Length
        * typeof(HostileTests)
            .Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(HostileTests)))
            .Sum(type => type.GetMethods().Count(method => method.IsDefined(typeof(TestAttribute), false)));

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
