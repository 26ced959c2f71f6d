namespace Tunnel.Simulator;

/// <summary>Chance from a seed: the same on every machine and runtime (splitmix64).</summary>
internal sealed class Dice(long seed) : Random
{
    private ulong _state = (ulong)seed;

    public override int Next() => Next(int.MaxValue);

    public override int Next(int maxValue) => (int)((ulong)Bits32() * (ulong)maxValue >> 32);

    public override int Next(int minValue, int maxValue) => minValue + Next(maxValue - minValue);

    public override double NextDouble() => (Bits() >> 11) * (1.0 / (1UL << 53));

    public override void NextBytes(Span<byte> buffer)
    {
        foreach (ref var one in buffer)
        {
            one = (byte)Bits();
        }
    }

    /// <summary>True in so many of a hundred.</summary>
    public bool Percent(int chance) => Next(100) < chance;

    public T Of<T>(params ReadOnlySpan<T> choices) => choices[Next(choices.Length)];

    /// <summary>Small ones are as likely as big ones: each power of two up to the limit has the same chance.</summary>
    public int Size(int most)
    {
        var bits = Next(int.Log2(most) + 1);
        return Math.Min(most, (1 << bits) + Next(1 << bits));
    }

    private uint Bits32() => (uint)(Bits() >> 32);

    private ulong Bits()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
