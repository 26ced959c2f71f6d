using System.Net.Sockets;
using Tunnel.Net;

namespace Tunnel.Opening;

/// <summary>
/// The last that a peer is told before its connection is closed. To close at once would send RST over what it has still to
/// read, so it is given a moment to take the words and leave.
/// </summary>
internal static class LastWords
{
    // Who is turned away has sent little more than a handshake; what is thrown away meanwhile is bounded.
    private const int MostDiscardedBytes = 64 * 1024;

    // Who reads at all reads at once; this is several round trips to the other end of the world.
    private static readonly TimeSpan _most = TimeSpan.FromSeconds(2);

    /// <param name="say">Sends the words and then FIN.</param>
    public static async Task SayAsync(SocketChannel channel, DeadlineWheel wheel, Func<ValueTask<IoStatus>> say)
    {
        using var limit = TimeLimit.Start(wheel, _most, channel.Abort);
        if (await say().ConfigureAwait(false) != IoStatus.Ok)
        {
            return;
        }

        for (var discarded = 0; discarded < MostDiscardedBytes; )
        {
            if ((await channel.WaitReadableAsync().ConfigureAwait(false)).Error != SocketError.Success)
            {
                return;
            }

            var buffer = BufferPool.Rent(BufferPool.Small);
            var result = channel.Receive(buffer);
            BufferPool.Return(buffer);
            if (result.Bytes == 0 && result.Error != SocketError.WouldBlock)
            {
                return;
            }

            discarded += result.Bytes;
        }
    }
}
