using System.Diagnostics;
using System.Globalization;

namespace Tunnel.Simulator;

/// <summary>World after world, until something goes wrong or the time is up.</summary>
internal static class Simulation
{
    /// <param name="first">The number of the first world.</param>
    /// <param name="worlds">How many; null: as many as the time allows.</param>
    /// <returns>The exit code: 0 when nothing went wrong.</returns>
    public static int Run(long first, long? worlds, TimeSpan time, TextWriter output)
    {
        foreach (var file in Stories())
        {
            if (Story.Load(file).Replay() is { } known)
            {
                output.WriteLine($"FAIL  {Path.GetFileName(file)}");
                Story.Tell(known, output);
                return 1;
            }
        }

        var started = Stopwatch.GetTimestamp();
        long count = 0;
        while (worlds is { } most ? count < most : Stopwatch.GetElapsedTime(started) < time)
        {
            var number = first + count++;
            if (Failure.Of(WorldMaker.Make(number), number) is { } failure)
            {
                output.WriteLine($"FAIL  world {number}, after {count} worlds: {failure.Faults[0]}");
                Story.Tell(Shrinker.Shrink(failure), output);
                return 1;
            }
        }

        var elapsed = Stopwatch.GetElapsedTime(started);
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"PASS  {count} simulated worlds from number {first} on, {count / elapsed.TotalSeconds:0} a second; "
                    + $"{Stories().Length} stories told again"
            )
        );
        return 0;
    }

    /// <summary>One world with everything that happens in it.</summary>
    public static int Show(WorldSpec spec, long schedule, TextWriter output)
    {
        output.WriteLine(new Story("", schedule, spec).ToJson());
        using var world = new World(spec, schedule, output.WriteLine);
        var faults = world.Run();
        output.WriteLine(faults.Count == 0 ? "nothing went wrong" : string.Join('\n', faults));
        return faults.Count == 0 ? 0 : 1;
    }

    public static int Show(Story story, TextWriter output) =>
        story.Replay() is { } failure
            ? Show(failure.Spec, failure.Schedule, output)
            : Show(story.World, story.Schedule, output);

    private static string[] Stories() => Directory.Exists(StoryFolder) ? Directory.GetFiles(StoryFolder, "*.json") : [];

    private static string StoryFolder => Path.Combine(AppContext.BaseDirectory, "Stories");
}
