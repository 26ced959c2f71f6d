using System.Globalization;
using NUnit.Framework;

namespace Tunnel.Tests.Faults.Kit;

/// <summary>
/// A test of a fault is run once in every run of the tests, and as often as <c>TUNNEL_FAULT_ROUNDS</c> says for
/// <c>dotnet cake --target=Faults</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RoundsAttribute() : RepeatAttribute(Rounds.Count);

/// <summary>How many.</summary>
internal static class Rounds
{
    /// <summary>For <c>[Category(Rounds.Category)]</c>.</summary>
    public const string Category = "Faults";

    public static int Count { get; } =
        Environment.GetEnvironmentVariable("TUNNEL_FAULT_ROUNDS") is { Length: > 0 } rounds
            ? int.Parse(rounds, CultureInfo.InvariantCulture)
            : 1;
}
