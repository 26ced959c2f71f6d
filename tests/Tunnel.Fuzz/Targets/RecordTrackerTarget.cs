using Tunnel.Tls;

namespace Tunnel.Fuzz.Targets;

/// <summary>The borders of records in a stream of any bytes, however they are handed on.</summary>
internal sealed class RecordTrackerTarget : ITarget
{
    private const int HeaderBytes = 5;

    public string Name => "record-tracker";

    // What is asked is asked at every byte.
    public int MostBytes => 512;

    public IReadOnlyList<byte[]> Words =>
        [
            [23, 3, 3, 0, 0],
            [23, 3, 3, 0, 1, 0],
            [22, 3, 3, 4, 0],
        ];

    public void Run(byte[] input)
    {
        var ends = Ends(input);
        foreach (var pieces in Splits.Of(input))
        {
            var tracker = default(RecordTracker);
            var at = 0;
            foreach (var piece in pieces)
            {
                var rest = input.AsSpan(at);
                var end = ends.Find(other => other > at);
                Hold.Same(tracker.OneRecord(rest, out var isWhole), Math.Min(end, input.Length) - at, "one record");
                Hold.Same(isWhole, end <= input.Length, "whether a record is whole");
                Hold.Same(tracker.OneTurn(rest), Turn(ends, at, input.Length) - at, "one turn");
                Hold.Same(tracker.Pass(piece), Cost(ends, at, at + piece.Length), "the cost of bytes");
                at += piece.Length;
            }
        }
    }

    /// <summary>Where records end, the last of them perhaps behind the stream.</summary>
    private static List<int> Ends(byte[] stream)
    {
        var ends = new List<int>();
        for (var at = 0; at <= stream.Length; at = ends[^1])
        {
            var isHeader = at + HeaderBytes <= stream.Length;
            var length = isHeader ? (stream[at + 3] << 8) | stream[at + 4] : 0;
            ends.Add(isHeader ? at + HeaderBytes + length : stream.Length + 1);
        }

        return ends;
    }

    private static int Turn(List<int> ends, int at, int length)
    {
        for (var cost = 0; cost < RecordTracker.MostCost && at < length; )
        {
            var end = Math.Min(ends.Find(other => other > at), length);
            cost += Math.Max(RecordTracker.LeastCostOfARecord, end - at);
            at = end;
        }

        return at;
    }

    private static int Cost(List<int> ends, int at, int to)
    {
        var cost = 0;
        while (at < to)
        {
            var end = Math.Min(ends.Find(other => other > at), to);
            cost += Math.Max(RecordTracker.LeastCostOfARecord, end - at);
            at = end;
        }

        return cost;
    }
}
