using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tunnel.Simulator;

/// <summary>A world that is worth keeping, as a file: it went wrong once.</summary>
/// <param name="Why">What went wrong, for whoever meets it again.</param>
/// <param name="Schedule">The one with which it did.</param>
internal sealed record Story(string Why, long Schedule, WorldSpec World)
{
    // With another product the one schedule may lead elsewhere; the fault is near.
    private const int Schedules = 100;

    private static readonly JsonSerializerOptions _json = new()
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter() },
    };

    public static Story Load(string file) => JsonSerializer.Deserialize<Story>(File.ReadAllText(file), _json)!;

    public string ToJson() => JsonSerializer.Serialize(this, _json);

    /// <summary>Runs it again by its own schedule, and by a hundred others.</summary>
    /// <returns>Null when nothing goes wrong.</returns>
    public Failure? Replay() =>
        Enumerable
            .Range(0, Schedules)
            .Select(schedule => Failure.Of(World, schedule == 0 ? Schedule : schedule))
            .FirstOrDefault(failure => failure is not null);

    /// <summary>In words: who did what, when.</summary>
    public static void Tell(Failure failure, TextWriter output)
    {
        output.WriteLine(string.Join('\n', failure.Faults));
        output.WriteLine();
        using (var world = new World(failure.Spec, failure.Schedule, output.WriteLine))
        {
            world.Run();
        }

        output.WriteLine();
        output.WriteLine("As a file for tests/Tunnel.Simulator/Stories:");
        output.WriteLine(new Story(failure.Faults[0], failure.Schedule, failure.Spec).ToJson());
    }
}
