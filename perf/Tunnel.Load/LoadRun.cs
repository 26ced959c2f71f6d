using System.Globalization;
using Tunnel.Load.Cases;
using Tunnel.Load.Ends;
using Tunnel.Load.Machine;
using Tunnel.Load.Pairs;
using Tunnel.Load.Reports;

namespace Tunnel.Load;

/// <summary>
/// A whole run. Within a round, each case visits one pair after another, first warm and then cold, so that what is
/// compared is measured close together in time. Warm pairs stay up for all rounds; cold ones are new each time.
/// </summary>
internal sealed class LoadRun(Options options)
{
    // For a pair's first measurement in a case: what is compiled while it runs has come to rest by then.
    private static readonly TimeSpan _firstWarmUp = TimeSpan.FromSeconds(2);

    // Load and target must not be cold themselves when a cold pair is measured: both compile what they run once.
    private static readonly Timing _rehearsal = new(TimeSpan.Zero, TimeSpan.FromSeconds(0.2));

    private readonly Results _results = new();
    private readonly MachineCosts _costs = new();

    /// <returns>False when a measurement failed.</returns>
    public bool Run()
    {
        var directory = Directory.CreateTempSubdirectory("tunnel-load-").FullName;
        try
        {
            var lineup = new Lineup(options, directory);
            var cases = _allCases.Where(c => options.Cases.Count == 0 || options.Cases.Contains(c.Name)).ToList();
            using (lineup)
            {
                for (var round = 1; round <= options.Rounds; round++)
                {
                    _costs.Measure();
                    foreach (var load in cases)
                    {
                        RunCase(load, lineup, directory, Warmth.Warm, round);
                        RunCase(load, lineup, directory, Warmth.Cold, round);
                    }
                }
            }

            Report(cases, lineup);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }

        return !_results.AnyFailed;
    }

    private static readonly IReadOnlyList<LoadCase> _allCases =
    [
        new BulkCase(up: true),
        new BulkCase(up: false),
        new PingPongCase(1),
        new PingPongCase(64),
        new MixedCase(),
        new ConnectionsCase(resumed: false),
        new ConnectionsCase(resumed: true),
        new MemoryCase(),
        new StartCase(),
        .. FairnessCase.All,
        new ShareCase(),
    ];

    private void RunCase(LoadCase load, Lineup lineup, string directory, Warmth warmth, int round)
    {
        var timing =
            warmth == Warmth.Cold ? new Timing(TimeSpan.Zero, options.Cold)
            : round == 1 ? new Timing(_firstWarmUp, options.Measure)
            : new Timing(options.Measure / 3, options.Measure);
        foreach (var name in lineup.Names)
        {
            if (!load.AppliesTo(name) || !load.Warmths(name).Contains(warmth))
            {
                continue;
            }

            if (lineup.WhyMissing(name) is { } missing)
            {
                _results.Missing(load, name, missing);
                continue;
            }

            try
            {
                using var target = TargetProcess.Start(load.TargetStyle, lineup.TargetPort, directory);
                if (warmth == Warmth.Cold)
                {
                    load.Run(RunningPair.Direct(lineup.TargetPort), _rehearsal);
                }

                var values = lineup.Run(name, load.State, warmth, pair => load.Run(pair, timing));
                target.ThrowIfItComplained();
                _results.Add(load, name, warmth, round, values);
                Console.Error.WriteLine(
                    $"round {round}: {load.Name}, {name}, {warmth}: "
                        + string.Join(", ", values.Select(v => v.ToString("0.0", CultureInfo.InvariantCulture)))
                );
            }
            catch (Exception e)
                when (e
                        is IOException
                            or InvalidDataException
                            or InvalidOperationException
                            or System.Net.Sockets.SocketException
                )
            {
                Console.Error.WriteLine($"round {round}: {load.Name}, {name}, {warmth}: {e.Message}");
                _results.Failed(load, name, e.Message);
            }
        }
    }

    private void Report(IReadOnlyList<LoadCase> cases, Lineup lineup)
    {
        var text = string.Join(
            '\n',
            [
                .. MachineText.Lines(options),
                .. lineup.Versions,
                "",
                .. _costs.Report(),
                .. cases.SelectMany(load => Table.Of(load, lineup.Names, _results)),
                .. Goals.Judge(cases, _results),
            ]
        );
        Console.WriteLine(text);
        if (options.Output is { } file)
        {
            File.WriteAllText(file, text + "\n");
        }
    }
}
