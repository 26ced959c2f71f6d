namespace Tunnel.Simulator;

/// <summary>A world in which something went wrong.</summary>
/// <param name="Schedule">The seed of every choice that is not in the spec.</param>
internal sealed record Failure(WorldSpec Spec, long Schedule, IReadOnlyList<string> Faults)
{
    /// <summary>The rule that was broken first.</summary>
    public string Kind => Faults[0].Split(':')[0];

    /// <returns>Null when nothing goes wrong.</returns>
    public static Failure? Of(WorldSpec spec, long schedule)
    {
        using var world = new World(spec, schedule);
        return world.Run() is { Count: > 0 } faults ? new Failure(spec, schedule, faults) : null;
    }
}
