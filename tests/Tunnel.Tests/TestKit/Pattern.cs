using System.Net.Sockets;

namespace Tunnel.Tests.TestKit;

/// <summary>
/// An endless stream of known bytes that takes no memory: a random block over and over. Its length is a prime beyond
/// every buffer, so a piece that is lost, repeated or out of order does not fit.
/// </summary>
public sealed class Pattern
{
    private const int BlockBytes = 1_000_003;

    private readonly byte[] _block = new byte[BlockBytes];

    public Pattern(int seed) => new Random(seed).NextBytes(_block);

    /// <summary>
    /// Some of the bytes that start at <paramref name="offset"/>; at least one, at most <paramref name="most"/>.
    /// </summary>
    public ReadOnlyMemory<byte> At(long offset, long most)
    {
        var start = (int)(offset % BlockBytes);
        return _block.AsMemory(start, (int)Math.Min(most, BlockBytes - start));
    }

    /// <summary>Sends the first bytes of the stream.</summary>
    /// <param name="sent">Told how many are with the system so far.</param>
    public async Task SendAsync(Socket to, long bytes, Action<long> sent)
    {
        for (long done = 0; done < bytes; )
        {
            // No limit in time: this sender is meant to be stopped by a reader that stalls.
            done += await to.SendAsync(At(done, Math.Min(bytes - done, 256 * 1024)));
            sent(done);
        }
    }

    /// <summary>Reads up to FIN. Returns how many bytes came; fails on the first that is not as it should be.</summary>
    public async Task<long> CheckAsync(Socket from)
    {
        var buffer = new byte[256 * 1024];
        for (long done = 0; ; )
        {
            var read = await from.ReceiveAsync(buffer).WaitAsync(Wire.Patience);
            if (read == 0)
            {
                return done;
            }

            for (var at = 0; at < read; )
            {
                var expected = At(done, read - at);
                if (!buffer.AsSpan(at, expected.Length).SequenceEqual(expected.Span))
                {
                    throw new InvalidDataException($"other bytes than were sent, at or soon after {done}");
                }

                at += expected.Length;
                done += expected.Length;
            }
        }
    }
}
