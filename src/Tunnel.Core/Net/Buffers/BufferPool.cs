using System.Buffers;

namespace Tunnel.Net;

/// <summary>All buffers of the data path come from here, and their size is decided here.</summary>
public static class BufferPool
{
    /// <summary>
    /// First read of a quiet connection: one TLS record (RFC 8446 section 5.1), the smallest unit a TLS peer waits for.
    /// </summary>
    public const int Small = 16 * 1024;

    /// <summary>
    /// The most that one turn moves. One call for many records saves system calls; beyond this the bytes no longer fit
    /// the processor's second-level cache on their way through libssl (perf/README.md has the comparison).
    /// </summary>
    public const int Large = 128 * 1024;

    /// <summary>
    /// The most plaintext whose records, headers and tags included, still fit into <see cref="Large"/> bytes, whatever
    /// the cipher. With TLS 1.3 it is exactly two segments of the loopback (65,483 bytes each).
    /// </summary>
    public const int LargePlaintext = Large - RecordOverhead;

    /// <summary>The size of a read when memory is short: with its records it still fits into 4 KiB.</summary>
    internal const int Least = (4 * 1024) - RecordOverhead;

    // 8 records with 96 bytes at most (CBC in TLS 1.2), and 1,024 for other things that a backend may have to send.
    private const int RecordOverhead = (8 * 96) + 1024;

    // Part of the memory that the process may have, which in a container is three quarters of its limit. The rest is
    // for the sessions: an idle one takes 10 to 15 KiB.
    internal const int ShareOfMemory = 8;

    // After a burst a buffer stays in the pool, and its place on the heap with the collector: in 64 MiB large ones cost
    // some 10 MiB at the peak. From 256 MiB on this no longer makes reads smaller than Large.
    private const int LeastBuffersInBudget = 256;

    /// <summary>How many bytes of buffers may be rented before reads become as small as possible.</summary>
    internal static long Budget { get; set; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / ShareOfMemory;

    private static long _rentedBytes;

    /// <summary>Bytes of the buffers rented now; 0 when every session is idle.</summary>
    public static long RentedBytes => Volatile.Read(ref _rentedBytes);

    /// <summary>
    /// How much a read may bring now. A receiver that stalls keeps its session's buffers, and many of them could take
    /// all memory: when half of the budget is rented, reads bring one record, and beyond the budget as little as keeps
    /// them going. With a small budget no read brings much.
    /// </summary>
    /// <param name="wanted">How much is worth reading at once when there is memory.</param>
    public static int Grant(int wanted) => Grant(wanted, RentedBytes, Budget);

    internal static int Grant(int wanted, long rentedBytes, long budget) =>
        rentedBytes < budget / 2 ? (int)Math.Min(wanted, Math.Max(Small, budget / LeastBuffersInBudget))
        : rentedBytes < budget ? Math.Min(wanted, Small)
        : Math.Min(wanted, Least);

    public static byte[] Rent(int size)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        Interlocked.Add(ref _rentedBytes, buffer.Length);
        return buffer;
    }

    public static void Return(byte[] buffer)
    {
        Interlocked.Add(ref _rentedBytes, -buffer.Length);
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
