using System.Net;
using System.Net.Sockets;

namespace Tunnel.Tests.TestKit;

/// <summary>Many applications that are connected at the same time.</summary>
public sealed class Crowd
{
    private readonly List<Socket> _sockets = [];

    public static async Task<Crowd> GatherAsync(EndPoint at, int size)
    {
        var crowd = new Crowd();
        await crowd.GrowAsync(at, size);
        return crowd;
    }

    /// <summary>
    /// Each has spoken before too many others come: a slow machine takes longer for all handshakes than for one
    /// allowed.
    /// </summary>
    public static async Task<Crowd> GatherSpeakersAsync(EndPoint at, int size)
    {
        const int atOnce = 100;
        var crowd = new Crowd();
        for (var done = 0; done < size; done += atOnce)
        {
            var group = await GatherAsync(at, Math.Min(atOnce, size - done));
            await group.SpeakAsync(bytes: 1);
            crowd._sockets.AddRange(group._sockets);
        }

        return crowd;
    }

    /// <summary>Each sends so many bytes and must get them back, all at the same time.</summary>
    public Task SpeakAsync(int bytes)
    {
        var pattern = new Pattern(bytes);
        return Task.WhenAll(_sockets.Select(socket => SpeakAsync(socket, pattern, bytes)));
    }

    /// <summary>All end in order, and wait for the end of the other side if it comes.</summary>
    public async Task LeaveAsync()
    {
        _sockets.ForEach(socket => socket.Shutdown(SocketShutdown.Send));
        await Task.WhenAll(_sockets.Select(socket => socket.EndAsync()));
        Cut();
    }

    /// <summary>All are gone at once, whatever was under way.</summary>
    public void Cut() => _sockets.ForEach(socket => socket.Dispose());

    private async Task GrowAsync(EndPoint at, int size)
    {
        for (var i = 0; i < size; i++)
        {
            _sockets.Add(await Wire.DialAsync(at));
        }
    }

    private static async Task SpeakAsync(Socket socket, Pattern pattern, int bytes)
    {
        var sending = pattern.SendAsync(socket, bytes, _ => { });
        var buffer = new byte[16 * 1024];
        for (var done = 0; done < bytes; )
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(0, Math.Min(buffer.Length, bytes - done)));
            if (read == 0)
            {
                throw new EndOfStreamException($"FIN after {done} of {bytes} bytes");
            }

            for (var at = 0; at < read; )
            {
                var expected = pattern.At(done, read - at);
                if (!buffer.AsSpan(at, expected.Length).SequenceEqual(expected.Span))
                {
                    throw new InvalidDataException($"other bytes than were sent, at or soon after {done}");
                }

                at += expected.Length;
                done += expected.Length;
            }
        }

        await sending;
    }
}
