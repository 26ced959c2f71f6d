namespace Tunnel.Fuzz.Engine;

/// <summary>Numbers that look random and are the same for a seed (xorshift64*), faster than the runtime's.</summary>
internal sealed class Chance(ulong seed)
{
    private ulong _state = (seed * 0x9e37_79b9_7f4a_7c15) | 1;

    /// <summary>From 0 up to, and without, <paramref name="below"/>.</summary>
    public int Below(int below)
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return (int)(((_state * 0x2545_f491_4f6c_dd1d) >> 32) * (ulong)below >> 32);
    }

    public bool OneIn(int times) => Below(times) == 0;

    public byte Byte() => (byte)Below(256);

    public T Of<T>(IReadOnlyList<T> many) => many[Below(many.Count)];

    /// <summary>Short ones more often than long ones: every magnitude is as likely.</summary>
    public int Length(int most) => most <= 1 ? most : 1 + Below(Math.Min(most, 1 << Below(16)));
}
