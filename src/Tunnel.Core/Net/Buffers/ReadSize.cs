namespace Tunnel.Net;

/// <summary>
/// How large the next read should be: grows while reads are full, shrinks when they are nearly empty, so that bulk
/// needs few system calls and a chatty connection does not occupy large buffers.
/// </summary>
public struct ReadSize
{
    private int _bytes;

    public readonly int Bytes => _bytes == 0 ? BufferPool.Small : _bytes;

    /// <summary>
    /// True when the last read filled its room: there is probably more, so waiting would waste a call.
    /// </summary>
    public bool WasFull { get; private set; }

    /// <param name="used">Bytes that the read brought.</param>
    /// <param name="room">Bytes that it had room for.</param>
    public void Record(int used, int room)
    {
        WasFull = used == room;
        if (WasFull)
        {
            _bytes = Math.Min(Bytes * 4, BufferPool.Large);
        }
        else if (used < Bytes / 4)
        {
            _bytes = Math.Max(Bytes / 4, BufferPool.Small);
        }
    }

    /// <summary>The last attempt found nothing to read.</summary>
    public void Dry() => WasFull = false;
}
