namespace Tunnel.Relay;

/// <summary>Whether a direction moves bulk data or occasional messages, judged by the chunks it reads.</summary>
internal struct Pace
{
    // Reads grow to this size only while they are full.
    private const int BulkChunk = 64 * 1024;

    private const int SmallChunk = 16 * 1024;

    // The tail of a transfer, or a pause in it, does not change the pace yet.
    private const int SmallChunksToChange = 8;

    private int _smallInARow;

    public bool IsBulk { get; private set; }

    /// <returns>True when <see cref="IsBulk"/> has changed.</returns>
    public bool Record(int chunkBytes)
    {
        var was = IsBulk;
        _smallInARow = chunkBytes < SmallChunk ? _smallInARow + 1 : 0;
        IsBulk = chunkBytes >= BulkChunk || (was && _smallInARow < SmallChunksToChange);
        return IsBulk != was;
    }
}
