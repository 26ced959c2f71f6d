namespace Tunnel.Load.Ends;

/// <summary>
/// The bytes of a bulk flow. Which byte stands where follows from its position, with a period that no record or buffer
/// size divides, so that lost, doubled and exchanged pieces are all found by one comparison per piece.
/// </summary>
internal static class Pattern
{
    /// <summary>The longest piece.</summary>
    public const int MaxPiece = 256 * 1024;

    /// <summary>What the target confirms at once: rare enough to cost nothing, and a multiple of every piece.</summary>
    public const int BlockBytes = 64 * MaxPiece;

    // A prime, and small enough that the pattern stays in a core's own cache.
    private const int Period = 131_101;

    private static readonly byte[] _bytes = Make();

    public static ReadOnlySpan<byte> At(long position, int length) => _bytes.AsSpan((int)(position % Period), length);

    /// <exception cref="InvalidDataException">The bytes are not those of this position.</exception>
    public static void Check(ReadOnlySpan<byte> piece, long position)
    {
        if (!piece.SequenceEqual(At(position, piece.Length)))
        {
            throw new InvalidDataException($"wrong bytes in the {piece.Length} from position {position} on");
        }
    }

    private static byte[] Make()
    {
        var bytes = new byte[Period + MaxPiece];
        // Not for secrets: both ends must make the same bytes.
#pragma warning disable CA5394
        new Random(20_260_101).NextBytes(bytes.AsSpan(0, Period));
#pragma warning restore CA5394
        for (var at = Period; at < bytes.Length; at++)
        {
            bytes[at] = bytes[at - Period];
        }

        return bytes;
    }
}
