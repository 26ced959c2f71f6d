using System.Diagnostics;
using Tunnel.Fuzz.Targets;

namespace Tunnel.Fuzz.Engine;

/// <summary>
/// Tries inputs until the time is over: what does something new joins the queue, from which the next are made.
/// </summary>
internal sealed class FuzzLoop
{
    // A whole handshake takes a few milliseconds; a collection may fall into one, so what was slow once is tried again.
    private static readonly TimeSpan _slow = TimeSpan.FromSeconds(1);

    private const int ChildrenOfOne = 64;

    private readonly ITarget _target;
    private readonly Workplace _place;
    private readonly Blackboard _board;
    private readonly CoverageMap _map;
    private readonly Queue _queue;
    private readonly Mutator _mutator;

    public FuzzLoop(ITarget target, Workplace place, Blackboard board, CoverageMap map, ulong seed)
    {
        (_target, _place, _board, _map) = (target, place, board, map);
        var chance = new Chance(seed);
        _queue = new Queue(chance);
        _mutator = new Mutator(chance, target.Words, target.MostBytes, target.IsDer);
    }

    /// <summary>Inputs that were run.</summary>
    public long Executions { get; private set; }

    /// <param name="seeds">At least one.</param>
    public void Run(IEnumerable<byte[]> seeds, TimeSpan time, Action<FuzzLoop> report)
    {
        var clock = Stopwatch.StartNew();
        foreach (var seed in seeds)
        {
            // The first run of code takes branches of its own: those of static constructors.
            if (Try(seed) && Try(seed))
            {
                Add(seed);
            }
        }

        // Where even the seeds are findings there is nothing to make others of.
        for (var reported = TimeSpan.Zero; _queue.Count > 0 && clock.Elapsed < time; )
        {
            var parent = _queue.Next();
            for (var i = 0; i < ChildrenOfOne; i++)
            {
                var child = _mutator.Mutate(parent, _queue.Any());
                if (Try(child) && _map.HasNews())
                {
                    Add(Trimmed(child));
                }
            }

            if (clock.Elapsed - reported > TimeSpan.FromSeconds(15))
            {
                reported = clock.Elapsed;
                report(this);
            }
        }
    }

    public IReadOnlyList<byte[]> Minimised() => _queue.Minimised();

    public override string ToString() =>
        $"{_target.Name}: {Executions:n0} executions, {_map.Edges:n0} edges, {_queue.Count:n0} inputs, "
        + $"{_place.Findings} findings";

    /// <returns>False when it was a finding.</returns>
    private bool Try(byte[] input)
    {
        if (Execute(input) is not { } finding)
        {
            return true;
        }

        if (_place.IsNew(finding))
        {
            _place.Keep(finding, Shrunk(input, finding));
            Console.WriteLine($"{_target.Name}: {finding.Key} after {Executions:n0} executions");
        }

        return false;
    }

    private Finding? Execute(byte[] input)
    {
        var finding = ExecuteOnce(input, out var time);
        for (var again = 0; finding is null && time > _slow && again < 2; again++)
        {
            finding = ExecuteOnce(input, out time);
        }

        return finding ?? (time > _slow ? Finding.Slow(time) : null);
    }

    private Finding? ExecuteOnce(byte[] input, out TimeSpan time)
    {
        _board.Begin(input);
        Executions++;
        var before = Environment.CpuUsage.TotalTime;
        try
        {
            _map.Watch(_target.Run, input);
            return null;
        }
        catch (Exception e)
        {
            return Finding.Of(e);
        }
        finally
        {
            // Not the clock's: on a busy machine the process may wait for longer than it runs.
            time = Environment.CpuUsage.TotalTime - before;
        }
    }

    private void Add(byte[] input)
    {
        // What Trimmed or a second run left in the map.
        _map.HasNews();
        _queue.Add(input, _map.Reached());
        CorpusFolder.Add(_place.Queue, input);
    }

    /// <summary>As short as it can be and still reach the same.</summary>
    private byte[] Trimmed(byte[] input)
    {
        var reached = _map.Reached().ToHashSet();
        var shortest = Shorten(input, piece => Execute(piece) is null && reached.SetEquals(_map.Reached()));
        Execute(shortest);
        return shortest;
    }

    private byte[] Shrunk(byte[] input, Finding finding) =>
        finding.Key == Finding.SlowKey ? input : Shorten(input, piece => Execute(piece)?.Key == finding.Key);

    /// <summary>Leaves out ever smaller pieces.</summary>
    private static byte[] Shorten(byte[] input, Func<byte[], bool> isAsGood)
    {
        for (var length = input.Length / 2; length > 0 && length >= input.Length / 64; length /= 2)
        {
            for (var at = 0; at + length <= input.Length; )
            {
                byte[] shorter = [.. input.AsSpan(0, at), .. input.AsSpan(at + length)];
                if (isAsGood(shorter))
                {
                    input = shorter;
                }
                else
                {
                    at += length;
                }
            }
        }

        return input;
    }
}
