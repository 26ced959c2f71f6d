namespace Tunnel.Simulator;

/// <summary>
/// What every byte of a stream must be: no piece of it is like one of another stream, or of another place.
/// </summary>
internal static class Pattern
{
    // A prime, so that no buffer's length divides it.
    private const int Period = 65_521;
    private const int Longest = 64 * 1024;

    // Far from each other for the few streams of a world.
    private const int BetweenStreams = 7_919;

    private static readonly byte[] _bytes = Make();

    /// <param name="length">At most 64 KiB.</param>
    public static ReadOnlySpan<byte> Of(int stream, long position, int length) =>
        _bytes.AsSpan((int)((position + ((long)stream * BetweenStreams)) % Period), length);

    private static byte[] Make()
    {
        var bytes = new byte[Period + Longest];
        new Dice(1).NextBytes(bytes.AsSpan(0, Period));
        bytes.AsSpan(0, Longest).CopyTo(bytes.AsSpan(Period));
        return bytes;
    }
}
