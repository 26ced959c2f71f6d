using Tunnel.Load.Cases;

namespace Tunnel.Load.Reports;

/// <summary>Every measurement of a run.</summary>
internal sealed class Results
{
    private readonly Dictionary<(string Case, string Pair), List<double[]>> _measured = [];
    private readonly Dictionary<(string Case, string Pair), string> _without = [];
    private readonly Dictionary<string, LoadCase> _cases = [];

    public bool AnyFailed { get; private set; }

    public void Add(LoadCase load, string pair, double[] values)
    {
        _cases[load.Name] = load;
        if (!_measured.TryGetValue((load.Name, pair), out var rounds))
        {
            _measured[(load.Name, pair)] = rounds = [];
        }

        rounds.Add(values);
    }

    public void Missing(LoadCase load, string pair, string why) => _without[(load.Name, pair)] = why;

    public void Failed(LoadCase load, string pair, string why)
    {
        AnyFailed = true;
        _without[(load.Name, pair)] = $"failed: {why}";
    }

    /// <summary>Why a pair has no result in a case, or had none in some round; null if all is well.</summary>
    public string? WhyWithout(string load, string pair) => _without.GetValueOrDefault((load, pair));

    /// <summary>Median over the rounds; null where nothing was measured.</summary>
    public double? Median(string load, string pair, string column)
    {
        if (!_measured.TryGetValue((load, pair), out var rounds))
        {
            return null;
        }

        var index = _cases[load].Columns.ToList().FindIndex(c => c.Name == column);
        var sorted = rounds.Select(values => values[index]).Order().ToArray();
        var middle = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        return double.IsNaN(middle) ? null : middle;
    }

    /// <summary>The best median among other people's programs.</summary>
    public (string Pair, double Value)? BestPeer(string load, string column)
    {
        if (!_cases.TryGetValue(load, out var known))
        {
            return null;
        }

        var more = known.Columns.Single(c => c.Name == column).MoreIsBetter;
        var peers = _measured
            .Keys.Where(key =>
                key.Case == load
                && key.Pair != Lineup.Direct
                && !key.Pair.StartsWith("tunnel/", StringComparison.Ordinal)
            )
            .Select(key => (key.Pair, Value: Median(load, key.Pair, column)))
            .Where(peer => peer.Value is not null)
            .OrderBy(peer => more ? -peer.Value : peer.Value)
            .Select(peer => (peer.Pair, peer.Value!.Value))
            .ToList();
        return peers.Count == 0 ? null : peers[0];
    }
}
