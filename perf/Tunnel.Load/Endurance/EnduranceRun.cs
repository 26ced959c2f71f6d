using System.Diagnostics;
using System.Globalization;
using Tunnel.Load.Ends;
using Tunnel.Load.Pairs;

namespace Tunnel.Load.Endurance;

/// <summary>
/// Short connections at full rate beside a few long ones, and a look at both processes at intervals. It fails when a
/// byte is wrong, a connection is refused, a process complains, or what it holds is not flat.
/// </summary>
internal sealed class EnduranceRun(EnduranceOptions options)
{
    private const int ShortFlows = 8;
    private const int LongFlows = 4;

    // Each third of the run has 60 of them, or one a second.
    private const int Samples = 180;

    private static readonly string[] _names = ["client", "server"];
    private static readonly TimeSpan _shortestInterval = TimeSpan.FromSeconds(1);

    // What has ended by then is gone: both processes, and the collection that follows a burst after 5 s.
    private static readonly TimeSpan _rest = TimeSpan.FromSeconds(20);

    private readonly List<Footprint>[] _samples =
    [
        [],
        [],
    ];

    /// <returns>False when something is not as it must be.</returns>
    public bool Run()
    {
        var directory = Directory.CreateTempSubdirectory("tunnel-endurance-").FullName;
        try
        {
            var setup = new PairSetup(
                Path.Combine(directory, "pair"),
                Wire.FreePort(),
                Wire.FreePort(),
                Wire.FreePort(),
                Resume: true,
                new Certificates(Path.Combine(directory, "certs"))
            );
            using var target = TargetProcess.Start(Target.Threads, setup.TargetPort, directory);
            using var pair = RunningPair.Start(
                new TunnelContender("tunnel", options.Tunnel, options.Backend),
                setup,
                withOther: false
            );
            var faults = Load(pair, setup.ClientPort);
            target.ThrowIfItComplained();
            return Report([.. faults, .. Complaints(setup.Directory)]);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or InvalidOperationException)
        {
            return Report([e.Message]);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private List<string> Load(RunningPair pair, int port)
    {
        Flow[] shorts = [.. Enumerable.Range(1, ShortFlows).Select(seed => new ShortFlow(port, seed))];
        Flow[] all = [.. shorts, .. Enumerable.Range(0, LongFlows).Select(_ => new LongFlow(port))];
        Array.ForEach(all, flow => flow.Start());
        var interval = options.Length / Samples > _shortestInterval ? options.Length / Samples : _shortestInterval;
        var clock = Stopwatch.StartNew();
        long count = 0;
        while (clock.Elapsed < options.Length && count < options.MostConnections && all.All(flow => flow.IsRunning))
        {
            Thread.Sleep(interval);
            pair.ThrowIfEnded();
            count = shorts.Sum(flow => flow.Count);
            Sample(pair, clock.Elapsed, count);
        }

        Flow.Stop(all);
        var faults = _names.Zip(_samples, Flatness.Faults).SelectMany(fault => fault).ToList();
        Say($"{count} connections, {count / clock.Elapsed.TotalSeconds:0} a second, {clock.Elapsed:hh\\:mm\\:ss}");
        return [.. faults, .. AtRest(pair)];
    }

    private void Sample(RunningPair pair, TimeSpan at, long count)
    {
        var now = pair.ProcessIds.Select(Footprint.Of).ToArray();
        for (var process = 0; process < now.Length; process++)
        {
            _samples[process].Add(now[process]);
        }

        Say($"{at:hh\\:mm\\:ss} {count, 8} connections; {string.Join("; ", _names.Zip(now, Words))}");
    }

    // A descriptor that a session leaves behind shows best when there is no session.
    private static List<string> AtRest(RunningPair pair)
    {
        var begun = Stopwatch.StartNew();
        while (true)
        {
            var now = pair.ProcessIds.Select(Footprint.Of).ToArray();
            var left = _names.Zip(now).Where(process => process.Second.Files > MostFilesAtRest).ToList();
            if (left.Count == 0 || begun.Elapsed > _rest)
            {
                Say($"at rest: {string.Join("; ", _names.Zip(now, Words))}");
                return [.. left.Select(process => $"{process.First}: {process.Second.Files} open files at rest")];
            }

            Thread.Sleep(_shortestInterval);
        }
    }

    // On two cores it is 17; each loop has an epoll set and a bell.
    private static int MostFilesAtRest => 20 + (4 * Environment.ProcessorCount);

    private static List<string> Complaints(string directory) =>
        [
            .. Directory
                .GetFiles(directory, "*.log")
                .SelectMany(File.ReadLines)
                .Where(line =>
                    line.Contains(" ERROR ", StringComparison.Ordinal)
                    || line.Contains(" FATAL ", StringComparison.Ordinal)
                ),
        ];

    private bool Report(IReadOnlyList<string> faults)
    {
        foreach (var (name, samples) in _names.Zip(_samples).Where(process => process.Second.Count >= 9))
        {
            Say($"{options.Backend}, {name}, medians of the second and the last third: {Flatness.Words(samples)}");
        }

        foreach (var fault in faults)
        {
            Say($"FAIL  {fault}");
        }

        if (faults.Count == 0)
        {
            Say($"PASS  it is flat, and every byte was right");
        }

        return faults.Count == 0;
    }

    private static string Words(string name, Footprint at) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{name} {at.MemoryKiB} KiB, {at.Files} files, {at.Threads} threads"
        );

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
