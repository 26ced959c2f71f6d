namespace Tunnel.Fuzz.Targets;

/// <summary>Reads an input as a list of instructions: what is missing at its end is zero.</summary>
internal ref struct Instructions(ReadOnlySpan<byte> input)
{
    private ReadOnlySpan<byte> _rest = input;

    public readonly bool HasMore => _rest.Length > 0;

    public byte Byte() => Take(1) is [var value] ? value : (byte)0;

    public int UInt16() => (Byte() << 8) | Byte();

    /// <summary>A length in one byte, then as many bytes as there are of these.</summary>
    public ReadOnlySpan<byte> Bytes() => Take(Byte());

    /// <summary>The same with a length in two bytes.</summary>
    public ReadOnlySpan<byte> LongBytes() => Take(UInt16());

    public ReadOnlySpan<byte> Rest() => Take(_rest.Length);

    private ReadOnlySpan<byte> Take(int count)
    {
        var taken = _rest[..Math.Min(count, _rest.Length)];
        _rest = _rest[taken.Length..];
        return taken;
    }
}
