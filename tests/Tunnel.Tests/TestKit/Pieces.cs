using FsCheck;

namespace Tunnel.Tests.TestKit;

/// <summary>Bytes in arbitrary pieces, as a network delivers them.</summary>
public static class Pieces
{
    /// <param name="splits">Lengths of the pieces, over and over; none: one piece.</param>
    public static IReadOnlyList<byte[]> Of(byte[] bytes, PositiveInt[] splits)
    {
        if (splits.Length == 0)
        {
            return [bytes];
        }

        var pieces = new List<byte[]>();
        for (int at = 0, next = 0; at < bytes.Length; next++)
        {
            var end = Math.Min(at + splits[next % splits.Length].Get, bytes.Length);
            pieces.Add(bytes[at..end]);
            at = end;
        }

        return pieces;
    }
}
