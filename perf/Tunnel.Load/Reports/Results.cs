using Tunnel.Load.Cases;

namespace Tunnel.Load.Reports;

/// <summary>Every measurement of a run.</summary>
internal sealed class Results
{
    private readonly Dictionary<(string Case, string Pair, Warmth Warmth), SortedDictionary<int, double[]>> _measured =
    [];
    private readonly Dictionary<(string Case, string Pair), string> _without = [];
    private readonly Dictionary<string, LoadCase> _cases = [];

    public bool AnyFailed { get; private set; }

    public void Add(LoadCase load, string pair, Warmth warmth, int round, double[] values)
    {
        _cases[load.Name] = load;
        if (!_measured.TryGetValue((load.Name, pair, warmth), out var rounds))
        {
            _measured[(load.Name, pair, warmth)] = rounds = [];
        }

        rounds[round] = values;
    }

    public void Missing(LoadCase load, string pair, string why) => _without[(load.Name, pair)] = why;

    public void Failed(LoadCase load, string pair, string why)
    {
        AnyFailed = true;
        _without[(load.Name, pair)] = $"failed: {why}";
    }

    /// <summary>Why a pair has no result in a case, or had none in some round; null if all is well.</summary>
    public string? WhyWithout(string load, string pair) => _without.GetValueOrDefault((load, pair));

    /// <summary>Over the rounds; null where nothing was measured.</summary>
    public Spread? Of(string load, string pair, Warmth warmth, string column) =>
        Spread.Of(Rounds(load, pair, warmth, column).Values);

    /// <summary>
    /// What one pair has for each that the other has, round by round: what is compared was measured close together.
    /// </summary>
    public Spread? Ratio(string load, string pair, string other, Warmth warmth, string column)
    {
        var theirs = Rounds(load, other, warmth, column);
        return Spread.Of(
            Rounds(load, pair, warmth, column)
                .Where(round => theirs.ContainsKey(round.Key))
                .Select(round => round.Value / theirs[round.Key])
        );
    }

    /// <summary>Which of other people's programs has the best median; null if none was measured.</summary>
    public string? BestPeer(string load, Warmth warmth, string column)
    {
        if (!_cases.TryGetValue(load, out var known))
        {
            return null;
        }

        var sign = known.Columns.Single(c => c.Name == column).MoreIsBetter ? -1 : 1;
        return _measured
            .Keys.Where(key => key.Case == load && key.Warmth == warmth && Lineup.IsPeer(key.Pair))
            .Select(key => (key.Pair, Spread: Of(load, key.Pair, warmth, column)))
            .Where(peer => peer.Spread is not null)
            .OrderBy(peer => sign * peer.Spread!.Median)
            .Select(peer => peer.Pair)
            .FirstOrDefault();
    }

    private Dictionary<int, double> Rounds(string load, string pair, Warmth warmth, string column)
    {
        if (!_measured.TryGetValue((load, pair, warmth), out var rounds))
        {
            return [];
        }

        var index = _cases[load].Columns.ToList().FindIndex(c => c.Name == column);
        return rounds.ToDictionary(round => round.Key, round => round.Value[index]);
    }
}
