using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Faults.Kit;

/// <summary>
/// The endless streams that the ends of a session send: each its own bytes, and neither takes memory.
/// </summary>
internal sealed class Stream(int session, bool fromApplication)
{
    // A prime, so that sessions are at different places of the pattern.
    private const int Apart = 7919;

    private static readonly Pattern _up = new(71);
    private static readonly Pattern _down = new(72);

    private readonly Pattern _pattern = fromApplication ? _up : _down;
    private readonly long _start = (long)session * Apart;

    /// <inheritdoc cref="Pattern.At"/>
    public ReadOnlyMemory<byte> At(long offset, long most) => _pattern.At(_start + offset, most);

    /// <exception cref="InvalidDataException">Other bytes than were sent.</exception>
    public void Check(ReadOnlySpan<byte> bytes, long offset)
    {
        for (var at = 0; at < bytes.Length; )
        {
            var expected = At(offset + at, bytes.Length - at).Span;
            if (!bytes.Slice(at, expected.Length).SequenceEqual(expected))
            {
                throw new InvalidDataException(
                    $"session {session}, {(fromApplication ? "up" : "down")}: other bytes than were sent, "
                        + $"at or soon after {offset + at}"
                );
            }

            at += expected.Length;
        }
    }
}
