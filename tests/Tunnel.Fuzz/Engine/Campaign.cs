using System.Diagnostics;
using System.Globalization;
using Tunnel.Fuzz.Targets;

namespace Tunnel.Fuzz.Engine;

/// <summary>
/// Watches over the worker of a target: one that crashes or hangs has found something, and another takes over.
/// </summary>
internal static class Campaign
{
    // The slowest input that is none takes a few milliseconds.
    private static readonly TimeSpan _hangs = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _lookEvery = TimeSpan.FromMilliseconds(250);

    // Each crash costs a start; a target that does little else is to be mended first.
    private const int MostCrashes = 20;

    /// <returns>Kinds of findings.</returns>
    public static int Run(ITarget target, ulong seed, TimeSpan time)
    {
        Workplace.Clear(target.Name);
        var place = new Workplace(target.Name);
        var program = InstrumentedProgram.MakeIn(place.Program);
        var clock = Stopwatch.StartNew();
        for (var crashes = 0; crashes < MostCrashes && clock.Elapsed < time; crashes++)
        {
            using var board = new Blackboard(place.Board);
            using var worker = Start(target, program, seed + (ulong)crashes, time - clock.Elapsed);
            var end = Watch(worker, board);
            if (end == "")
            {
                break;
            }

            var finding = new Finding($"{end}-{CorpusFolder.NameOf(board.Input())}", $"the worker {end}");
            if (place.IsNew(finding))
            {
                place.Keep(finding, board.Input());
                Console.WriteLine($"{target.Name}: {finding.Key}");
            }
        }

        return new Workplace(target.Name).Findings;
    }

    /// <returns>How it ended; nothing when its time was over.</returns>
    private static string Watch(Process worker, Blackboard board)
    {
        var (count, since) = (board.Count, Stopwatch.GetTimestamp());
        while (!worker.WaitForExit(_lookEvery))
        {
            if (board.Count != count)
            {
                (count, since) = (board.Count, Stopwatch.GetTimestamp());
            }
            else if (Stopwatch.GetElapsedTime(since) > _hangs)
            {
                worker.Kill();
                worker.WaitForExit();
                return "hang";
            }
        }

        return worker.ExitCode == 0 ? "" : "crash";
    }

    private static Process Start(ITarget target, string program, ulong seed, TimeSpan time)
    {
        var seconds = time.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false };
        foreach (var argument in (string[])["exec", program, "worker", target.Name, $"{seed}", seconds])
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}
