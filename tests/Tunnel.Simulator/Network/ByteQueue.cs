namespace Tunnel.Simulator;

/// <summary>Bytes in order, in a ring that grows.</summary>
internal sealed class ByteQueue
{
    private byte[] _ring = new byte[256];
    private int _start;

    public int Count { get; private set; }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (Count + bytes.Length > _ring.Length)
        {
            Grow(Count + bytes.Length);
        }

        var at = (_start + Count) % _ring.Length;
        var first = Math.Min(bytes.Length, _ring.Length - at);
        bytes[..first].CopyTo(_ring.AsSpan(at));
        bytes[first..].CopyTo(_ring);
        Count += bytes.Length;
    }

    /// <summary>Copies without taking.</summary>
    public void Peek(int offset, Span<byte> into)
    {
        var at = (_start + offset) % _ring.Length;
        var first = Math.Min(into.Length, _ring.Length - at);
        _ring.AsSpan(at, first).CopyTo(into);
        _ring.AsSpan(0, into.Length - first).CopyTo(into[first..]);
    }

    public void Drop(int count)
    {
        _start = (_start + count) % _ring.Length;
        Count -= count;
    }

    public void Clear() => Drop(Count);

    private void Grow(int least)
    {
        var ring = new byte[Math.Max(least, _ring.Length * 4)];
        Peek(0, ring.AsSpan(0, Count));
        (_ring, _start) = (ring, 0);
    }
}
