using System.Buffers.Binary;

namespace Tunnel.Fuzz.Engine;

/// <summary>Makes inputs of inputs: some small changes at random places, now and then of two inputs together.</summary>
internal sealed class Mutator(Chance chance, IReadOnlyList<byte[]> words, int mostBytes, bool isDer)
{
    private static readonly long[] _borders =
    [
        0,
        1,
        2,
        16,
        31,
        32,
        33,
        63,
        64,
        65,
        100,
        127,
        128,
        129,
        253,
        254,
        255,
        256,
        257,
        511,
        512,
        1023,
        1024,
        4095,
        4096,
        16383,
        16384,
        16385,
        16640,
        16641,
        32767,
        32768,
        65534,
        65535,
        65536,
        0xff_ffff,
        0x7fff_ffff,
        0x8000_0000,
        0xffff_ffff,
        -1,
        -2,
        -128,
        -32768,
    ];

    private static readonly int[] _widths = [1, 1, 2, 3, 4];

    private readonly DerMutator _der = new(chance);

    /// <param name="other">Another input of the queue.</param>
    public byte[] Mutate(byte[] input, byte[] other)
    {
        var bytes = new List<byte>(isDer && chance.OneIn(2) ? _der.Mutate(input, other) : input);
        if (chance.OneIn(8))
        {
            Splice(bytes, other);
        }

        for (var changes = isDer && chance.OneIn(2) ? 0 : 1 << chance.Below(6); changes > 0; changes--)
        {
            Change(bytes, other);
        }

        if (bytes.Count > mostBytes)
        {
            bytes.RemoveRange(mostBytes, bytes.Count - mostBytes);
        }

        return [.. bytes];
    }

    private void Change(List<byte> bytes, byte[] other)
    {
        if (bytes.Count == 0)
        {
            Insert(bytes, 0, Piece(other));
            return;
        }

        var at = chance.Below(bytes.Count);
        switch (chance.Below(14))
        {
            case 0:
                bytes[at] ^= (byte)(1 << chance.Below(8));
                break;
            case 1:
                bytes[at] = chance.Byte();
                break;
            case 2:
                bytes[at] += (byte)(1 + chance.Below(8));
                break;
            case 3:
                bytes[at] -= (byte)(1 + chance.Below(8));
                break;
            case 4:
                Overwrite(bytes, at, Number(chance.Of(_borders)));
                break;
            case 5:
                // A length of what follows, or nearly.
                Overwrite(bytes, at, Number(bytes.Count - at - 4 + chance.Below(8)));
                break;
            case 6:
                bytes.RemoveRange(at, Math.Min(chance.Length(bytes.Count), bytes.Count - at));
                break;
            case 7:
                Insert(bytes, at, Piece(bytes));
                break;
            case 8:
                Overwrite(bytes, at, Piece(bytes));
                break;
            case 9:
                Insert(bytes, at, Enumerable.Repeat(chance.Byte(), chance.Length(64)));
                break;
            case 10:
                Insert(bytes, at, Word());
                break;
            case 11:
                Overwrite(bytes, at, Word());
                break;
            case 12:
                Stretch(bytes, at);
                break;
            default:
                Insert(bytes, at, Piece(other));
                break;
        }
    }

    /// <summary>
    /// Takes the byte, or the two, for a length, and makes what it counts longer or shorter together with it.
    /// </summary>
    private void Stretch(List<byte> bytes, int at)
    {
        var width = 1 + chance.Below(2);
        if (at + width >= bytes.Count)
        {
            return;
        }

        var length = width == 1 ? bytes[at] : (bytes[at] << 8) | bytes[at + 1];
        if (length == 0 || at + width + length > bytes.Count)
        {
            return;
        }

        var within = at + width + chance.Below(length);
        var changed = chance.Length(16);
        if (chance.OneIn(2) && within + changed <= at + width + length)
        {
            bytes.RemoveRange(within, changed);
            changed = -changed;
        }
        else
        {
            Insert(bytes, within, Enumerable.Range(0, changed).Select(_ => chance.Byte()).ToArray());
        }

        length += changed;
        bytes[at + width - 1] = (byte)length;
        if (width == 2)
        {
            bytes[at] = (byte)(length >> 8);
        }
    }

    private void Splice(List<byte> bytes, byte[] other)
    {
        var (keep, from) = (chance.Below(bytes.Count + 1), chance.Below(other.Length + 1));
        bytes.RemoveRange(keep, bytes.Count - keep);
        bytes.AddRange(other.AsSpan(from));
    }

    private byte[] Piece(IReadOnlyList<byte> of)
    {
        if (of.Count == 0)
        {
            return [chance.Byte()];
        }

        var at = chance.Below(of.Count);
        return [.. of.Skip(at).Take(chance.Length(of.Count))];
    }

    private byte[] Word() => words.Count == 0 ? [chance.Byte()] : chance.Of(words);

    private byte[] Number(long value)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        var width = chance.Of(_widths);
        byte[] number = bytes[^width..];
        return chance.OneIn(4) ? [.. number.Reverse()] : number;
    }

    private static void Insert(List<byte> bytes, int at, IEnumerable<byte> piece) => bytes.InsertRange(at, piece);

    private static void Overwrite(List<byte> bytes, int at, byte[] piece)
    {
        for (var i = 0; i < piece.Length && at + i < bytes.Count; i++)
        {
            bytes[at + i] = piece[i];
        }
    }
}
