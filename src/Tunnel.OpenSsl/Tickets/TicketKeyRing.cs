using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Tunnel.Tls;

namespace Tunnel.OpenSsl;

/// <summary>
/// The ticket keys of one period. Everybody with the secrets and the time derives the same ones: HKDF-SHA256 (RFC 5869)
/// with the number of the period. Immutable; its keys are wiped when nobody uses it any more.
/// </summary>
internal sealed class TicketKeyRing : IDisposable
{
    private static readonly byte[] _label = Encoding.ASCII.GetBytes("x-tunnel/1 session ticket keys");

    private readonly List<TicketKey> _keys = [];

    public TicketKeyRing(TicketSecrets secrets, long period)
    {
        Period = period;
        foreach (var secret in secrets.Extracted)
        {
            _keys.Add(Make(secret, period));
            // A ticket made at the end of a period is valid in the next one, and a clock may be ahead of ours.
            _keys.Add(Make(secret, period - 1));
            _keys.Add(Make(secret, period + 1));
        }
    }

    /// <summary>A handshake that began with this ring may use it after another has taken its place.</summary>
    ~TicketKeyRing() => Wipe();

    /// <summary>How long one set of keys seals, and how long a ticket lives: libssl's default.</summary>
    public static TimeSpan PeriodLength { get; } = TimeSpan.FromHours(2);

    /// <summary>Counted from the year 1, UTC.</summary>
    public long Period { get; }

    /// <summary>The key of the first secret, for new tickets.</summary>
    public TicketKey Sealing => _keys[0];

    public static long PeriodAt(DateTimeOffset time) => time.UtcTicks / PeriodLength.Ticks;

    /// <summary>The key that a ticket names; null when it is not ours, or too old.</summary>
    public TicketKey? Find(ReadOnlySpan<byte> name)
    {
        foreach (var key in _keys)
        {
            if (name.SequenceEqual(key.Name))
            {
                return key;
            }
        }

        return null;
    }

    /// <summary>For the last ring, after the last handshake.</summary>
    public void Dispose()
    {
        Wipe();
        GC.SuppressFinalize(this);
    }

    private void Wipe()
    {
        foreach (var key in _keys)
        {
            key.Wipe();
        }
    }

    private static TicketKey Make(byte[] secret, long period)
    {
        Span<byte> info = stackalloc byte[_label.Length + sizeof(long)];
        _label.CopyTo(info);
        BinaryPrimitives.WriteInt64BigEndian(info[_label.Length..], period);
        // Pinned: otherwise the garbage collector moves it and leaves a copy behind.
        var bytes = GC.AllocateArray<byte>(TicketKey.Length, pinned: true);
        HKDF.Expand(HashAlgorithmName.SHA256, secret, bytes, info);
        return new TicketKey(bytes);
    }
}

/// <summary>What seals a ticket as in RFC 5077 section 4: a name in the clear, AES-256-CBC, then HMAC-SHA256.</summary>
internal sealed class TicketKey(byte[] bytes)
{
    public const int NameLength = 16;
    public const int Length = NameLength + 32 + 32;

    /// <summary>16 bytes, not secret.</summary>
    public ReadOnlySpan<byte> Name => bytes.AsSpan(0, NameLength);

    /// <summary>32 bytes.</summary>
    public ReadOnlySpan<byte> Cipher => bytes.AsSpan(NameLength, 32);

    /// <summary>32 bytes.</summary>
    public ReadOnlySpan<byte> Mac => bytes.AsSpan(NameLength + 32, 32);

    public void Wipe() => CryptographicOperations.ZeroMemory(bytes);
}
