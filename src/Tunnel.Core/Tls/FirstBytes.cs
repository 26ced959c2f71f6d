using System.Runtime.CompilerServices;

namespace Tunnel.Tls;

/// <summary>The first bytes that a peer sent: enough to tell one protocol from another, at most 16.</summary>
public struct FirstBytes
{
    private Room _room;
    private byte _count;

    public readonly bool IsEmpty => _count == 0;

    /// <summary>True while there is room for more bytes.</summary>
    public readonly bool IsOpen => _count < Room.Bytes;

    public static FirstBytes Of(ReadOnlySpan<byte> piece)
    {
        var first = new FirstBytes();
        first.Add(piece);
        return first;
    }

    /// <summary>Adds as much of the next piece as there is room for.</summary>
    public void Add(ReadOnlySpan<byte> piece)
    {
        var taken = piece[..Math.Min(piece.Length, Room.Bytes - _count)];
        taken.CopyTo(((Span<byte>)_room)[_count..]);
        _count += (byte)taken.Length;
    }

    /// <summary>The bytes, in an array of their own.</summary>
    public readonly byte[] ToArray() => ((ReadOnlySpan<byte>)_room)[.._count].ToArray();

    [InlineArray(Bytes)]
    private struct Room
    {
        public const int Bytes = 16;
        private byte _first;
    }
}
