namespace Tunnel.Fuzz.Engine;

/// <summary>
/// The inputs that each did something new. Of those that reach a cell the shortest is its best, and the best are tried
/// more often than the rest.
/// </summary>
internal sealed class Queue(Chance chance)
{
    private readonly List<Entry> _entries = [];
    private readonly Dictionary<int, Entry> _best = [];
    private List<Entry>? _favoured;

    public int Count => _entries.Count;

    /// <param name="reached">What it reaches, each cell with its step.</param>
    public void Add(byte[] input, IEnumerable<(ushort Cell, byte Step)> reached)
    {
        var entry = new Entry(input, [.. reached.Select(cell => (cell.Cell << 8) | cell.Step)]);
        _entries.Add(entry);
        foreach (var cell in entry.Reached)
        {
            if (!_best.TryGetValue(cell, out var best) || input.Length < best.Input.Length)
            {
                _best[cell] = entry;
            }
        }

        _favoured = null;
    }

    public byte[] Next()
    {
        _favoured ??= [.. _best.Values.Distinct()];
        // What came last is where the frontier is.
        return chance.Below(4) switch
        {
            0 => chance.Of(_entries).Input,
            1 => _entries[^(1 + chance.Below(Math.Min(8, _entries.Count)))].Input,
            _ => chance.Of(_favoured).Input,
        };
    }

    public byte[] Any() => chance.Of(_entries).Input;

    /// <summary>Few short inputs that together reach all that was reached.</summary>
    public IReadOnlyList<byte[]> Minimised()
    {
        var missing = _best.Keys.ToHashSet();
        var chosen = new List<Entry>();
        foreach (var entry in _entries.OrderBy(entry => entry.Input.Length))
        {
            if (entry.Reached.Any(missing.Contains))
            {
                chosen.Add(entry);
                missing.ExceptWith(entry.Reached);
            }
        }

        // A longer one may have made several shorter ones superfluous.
        var times = chosen.SelectMany(entry => entry.Reached).CountBy(cell => cell).ToDictionary();
        foreach (var entry in chosen.ToArray())
        {
            if (entry.Reached.All(cell => times[cell] > 1))
            {
                chosen.Remove(entry);
                Array.ForEach(entry.Reached, cell => times[cell]--);
            }
        }

        return [.. chosen.Select(entry => entry.Input)];
    }

    private sealed record Entry(byte[] Input, int[] Reached);
}
