using System.Net.Sockets;
using Tunnel.Net;

namespace Tunnel.Opening;

/// <summary>
/// The last thing that we say to a peer before we close. Closing at once would send RST over what it has not read yet,
/// so it gets a moment to read and leave.
/// </summary>
internal static class LastWords
{
    // A rejected peer has sent little more than a handshake; what we discard meanwhile is limited.
    private const int MostDiscardedBytes = 64 * 1024;

    // A peer that reads does so at once; this is several round trips around the world.
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
