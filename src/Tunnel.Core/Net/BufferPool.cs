using System.Buffers;

namespace Tunnel.Net;

/// <summary>All buffers of the data path come from here, and how big they are is decided here.</summary>
public static class BufferPool
{
    /// <summary>First read of a quiet connection: one TLS record (RFC 8446 section 5.1), the smallest unit a TLS peer waits for.</summary>
    public const int Small = 16 * 1024;

    /// <summary>
    /// The most that one turn moves. One call for many records saves system calls; beyond this the bytes no longer fit
    /// the processor's second-level cache on their way through libssl: perf/README.md has the comparison.
    /// </summary>
    public const int Large = 128 * 1024;

    /// <summary>
    /// The most plaintext whose records, headers and tags included, still fit into <see cref="Large"/> bytes, whatever the
    /// cipher. With those of TLS 1.3 it is two segments of the loopback (65,483 bytes each), not two and a crumb.
    /// </summary>
    public const int LargePlaintext = Large - RecordOverhead;

    // 8 records with 96 bytes at most (CBC in TLS 1.2), and 1,024 for what a backend may have to say besides.
    private const int RecordOverhead = (8 * 96) + 1024;

    private static long _rented;

    /// <summary>Buffers out at the moment; 0 when every session is idle.</summary>
    public static long Rented => Volatile.Read(ref _rented);

    public static byte[] Rent(int size)
    {
        Interlocked.Increment(ref _rented);
        return ArrayPool<byte>.Shared.Rent(size);
    }

    public static void Return(byte[] buffer)
    {
        Interlocked.Decrement(ref _rented);
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
