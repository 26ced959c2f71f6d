namespace Tunnel.Fuzz.Targets;

/// <summary>
/// The ways in which a stream is cut into what single reads bring: none of them may make a difference. They depend on
/// the stream alone, so that an input means the same each time.
/// </summary>
internal static class Splits
{
    // Beyond this, byte by byte takes longer than it tells.
    private const int MostSingleBytes = 2048;

    /// <summary>In one piece, in single bytes, and in pieces of chance lengths.</summary>
    public static IEnumerable<byte[][]> Of(byte[] stream)
    {
        yield return [stream];
        if (stream.Length <= MostSingleBytes)
        {
            yield return [.. stream.Chunk(1)];
        }

        yield return ByChance(stream);
    }

    private static byte[][] ByChance(byte[] stream)
    {
        // FNV-1a, then xorshift32.
        var state = 2166136261u;
        foreach (var value in stream.AsSpan(0, Math.Min(stream.Length, MostSingleBytes)))
        {
            state = (state ^ value) * 16777619;
        }

        state |= 1;
        var pieces = new List<byte[]>();
        for (var at = 0; at < stream.Length; at += pieces[^1].Length)
        {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            // Short ones as often as long ones.
            var length = 1 + (int)((state >> 8) % (1u << (int)(state & 15)));
            pieces.Add(stream[at..Math.Min(at + length, stream.Length)]);
        }

        return [.. pieces];
    }
}
