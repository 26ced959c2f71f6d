namespace Tunnel.Net;

/// <summary>
/// How many sessions of a client may be on their way to the server at once. With plenty of memory nobody waits; in a
/// small container a thousand applications that connect at the same moment go through in batches.
/// </summary>
internal sealed class HandshakePlaces(int places) : FairPlaces(places)
{
    // A session on its way takes 30 to 40 KiB more than one that relays, mostly for libssl (measured with 1,000 at
    // once).
    private const long BytesOfOne = 64 * 1024;

    // Enough to keep the processor busy during a round trip, however little memory there is.
    private const int Fewest = 16;

    public HandshakePlaces()
        : this((int)Math.Clamp(BufferPool.Budget / BytesOfOne, Fewest, int.MaxValue)) { }

    /// <summary>In the order of the calls.</summary>
    /// <inheritdoc cref="FairPlaces.EnterAsync(ulong, Action{Action?})"/>
    public ValueTask<bool> EnterAsync(Action<Action?> cutBy) => EnterAsync(source: 0, cutBy);
}
