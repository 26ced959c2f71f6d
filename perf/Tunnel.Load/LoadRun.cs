using System.Globalization;
using Tunnel.Load.Cases;
using Tunnel.Load.Ends;
using Tunnel.Load.Pairs;
using Tunnel.Load.Reports;

namespace Tunnel.Load;

/// <summary>
/// A whole run. Within a round, each case visits one pair after another, so that what is compared is measured close
/// together in time; all pairs stay up, and warm, for all rounds.
/// </summary>
internal sealed class LoadRun(Options options)
{
    private readonly Results _results = new();

    /// <returns>False when a measurement failed.</returns>
    public bool Run()
    {
        var directory = Directory.CreateTempSubdirectory("tunnel-load-").FullName;
        try
        {
            var lineup = new Lineup(options, directory);
            var cases = AllCases.Where(c => options.Cases.Count == 0 || options.Cases.Contains(c.Name)).ToList();
            using (lineup)
            {
                for (var round = 1; round <= options.Rounds; round++)
                {
                    foreach (var load in cases)
                    {
                        Console.Error.WriteLine($"round {round}: {load.Name}");
                        RunCase(load, lineup, directory);
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

    private static readonly IReadOnlyList<LoadCase> AllCases =
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
    ];

    private void RunCase(LoadCase load, Lineup lineup, string directory)
    {
        foreach (var name in lineup.Names)
        {
            if (lineup.WhyMissing(name) is { } missing)
            {
                _results.Missing(load, name, missing);
                continue;
            }

            if (name == Lineup.Direct && !load.AppliesToDirect)
            {
                continue;
            }

            try
            {
                using var target = TargetProcess.Start(load.TargetStyle, lineup.TargetPort, directory);
                var values = lineup.Run(name, load.State, pair => load.Run(pair, options.Measure));
                target.ThrowIfItComplained();
                _results.Add(load, name, values);
                Console.Error.WriteLine(
                    $"  {name}: "
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
                Console.Error.WriteLine($"  {name}: {e.Message}");
                _results.Failed(load, name, e.Message);
            }
        }
    }

    private void Report(IReadOnlyList<LoadCase> cases, Lineup lineup)
    {
        var text = string.Join(
            '\n',
            [
                .. lineup.Versions,
                "",
                .. cases.SelectMany(load => Table.Of(load, lineup.Names, _results)),
                .. Goals.Judge(_results),
            ]
        );
        Console.WriteLine(text);
        if (options.Output is { } file)
        {
            File.WriteAllText(file, text + "\n");
        }
    }
}
