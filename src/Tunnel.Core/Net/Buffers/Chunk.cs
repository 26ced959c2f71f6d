namespace Tunnel.Net;

/// <summary>
/// Bytes just read, in a rented buffer that the reader returns with <see cref="Return"/>, exactly once. A transport
/// rents only when there are bytes to put in, so an idle connection holds no buffer.
/// </summary>
public readonly struct Chunk
{
    private readonly byte[]? _buffer;
    private readonly int _offset;
    private readonly int _length;

    private Chunk(IoStatus status, byte[]? buffer, int offset, int length, int cost)
    {
        Status = status;
        _buffer = buffer;
        _offset = offset;
        _length = length;
        Cost = cost;
    }

    /// <summary>
    /// <see cref="IoStatus.Ok"/> with at least one byte or <see cref="IsNone"/>; else why no more will come.
    /// </summary>
    public IoStatus Status { get; }

    /// <summary>No bytes yet and no end; <c>default</c> is this.</summary>
    public bool IsNone => _buffer is null && Status == IoStatus.Ok;

    public ReadOnlyMemory<byte> Bytes => new(_buffer, _offset, _length);

    /// <summary>
    /// The rented buffer itself, for a caller that takes it over instead of calling <see cref="Return"/>; null if there
    /// is none.
    /// </summary>
    public (byte[]? Buffer, int Start, int End) Rented => (_buffer, _offset, _offset + _length);

    /// <summary>
    /// The cost of reading this, in bytes of a bulk transfer that cost as much: the length, or more when it was little
    /// plaintext from much ciphertext or many records. Turns are counted in it.
    /// </summary>
    public int Cost { get; }

    public static Chunk Of(byte[] rented, int length) => Of(rented, length, length);

    /// <param name="cost">See <see cref="Cost"/>.</param>
    public static Chunk Of(byte[] rented, int length, int cost) =>
        new(IoStatus.Ok, rented, 0, length, Math.Max(length, cost));

    /// <summary>A read that brought no bytes; <see cref="IoStatus.Ok"/> means none yet.</summary>
    public static Chunk End(IoStatus status, int cost = 0) => new(status, null, 0, 0, cost);

    /// <summary>The same buffer without its first bytes.</summary>
    public Chunk Skip(int count) => new(Status, _buffer, _offset + count, _length - count, Cost);

    public void Return()
    {
        if (_buffer is not null)
        {
            BufferPool.Return(_buffer);
        }
    }
}
