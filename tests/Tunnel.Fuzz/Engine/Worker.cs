using System.Diagnostics;
using Tunnel.Fuzz.Targets;

namespace Tunnel.Fuzz.Engine;

/// <summary>The process that runs a target in its instrumented form; it may crash.</summary>
internal static class Worker
{
    public static void Run(ITarget target, ulong seed, TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        var place = new Workplace(target.Name);
        using var board = new Blackboard(place.Board);
        using var map = new CoverageMap();
        var loop = new FuzzLoop(target, place, board, map, seed);
        byte[][] seeds = [.. CorpusFolder.Read(CorpusFolder.Of(target.Name)), .. CorpusFolder.Read(place.Queue), []];
        loop.Run(seeds, time, Report);
        CorpusFolder.Replace(place.Corpus, loop.Minimised());
        Report(loop);

        void Report(FuzzLoop running) =>
            Console.WriteLine(
                $"{clock.Elapsed:mm\\:ss} {running}, {running.Executions / clock.Elapsed.TotalSeconds:n0}/s"
            );
    }
}
