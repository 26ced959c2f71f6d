using System.Runtime.CompilerServices;

namespace Tunnel.Tls;

/// <summary>The first bytes that a peer sent: as many as tell one protocol from another, 16 at most.</summary>
public struct FirstBytes
{
    private Room _room;
    private byte _count;

    public readonly bool IsEmpty => _count == 0;

    /// <summary>True while more bytes would be kept.</summary>
    public readonly bool IsOpen => _count < Room.Bytes;

    public static FirstBytes Of(ReadOnlySpan<byte> piece)
    {
        var first = new FirstBytes();
        first.Add(piece);
        return first;
    }

    /// <summary>Keeps what there is room for of a piece that came behind those before.</summary>
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
