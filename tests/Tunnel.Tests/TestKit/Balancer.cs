using System.Net;
using System.Net.Sockets;
using Tunnel.Config;

namespace Tunnel.Tests.TestKit;

/// <summary>A load balancer in front of a server: passes on each connection, and says first for whom.</summary>
public sealed class Balancer : IDisposable
{
    private readonly Socket _listener = Wire.Listen();
    private readonly List<Socket> _open = [];

    public IPEndPoint EndPoint => _listener.EndPoint();

    /// <summary>Where it connected from last.</summary>
    public IPEndPoint From { get; private set; } = null!;

    /// <summary>The client of the pair connects to it, and the server expects it.</summary>
    public PairOptions Options(params IEnumerable<string> networks) =>
        new()
        {
            Server = settings =>
                settings with
                {
                    Proxy = new() { From = [.. networks.DefaultIfEmpty("127.0.0.0/8").Select(IPNetwork.Parse)] },
                },
            Client = settings => settings with { Forward = new HostPort("127.0.0.1", EndPoint.Port) },
        };

    /// <summary>Passes on one connection after another, each with its header.</summary>
    /// <param name="pieces">What a single send has of header and first bytes; null: all of it.</param>
    public async Task CarryAsync(EndPoint server, IEnumerable<byte[]> headers, int? pieces = null)
    {
        foreach (var header in headers)
        {
            var front = await _listener.AcceptAsync();
            front.NoDelay = true;
            var back = await Wire.DialAsync(server);
            _open.AddRange([front, back]);
            From = back.EndPoint();
            _ = CarryAsync(front, back, header, pieces);
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _open.ForEach(socket => socket.Dispose());
    }

    private static async Task CarryAsync(Socket front, Socket back, byte[] header, int? pieces)
    {
        var first = new byte[64 * 1024];
        var read = await front.ReceiveAsync(first);
        byte[] all = [.. header, .. first.AsSpan(0, read)];
        foreach (var piece in all.Chunk(pieces ?? all.Length))
        {
            await back.SendAllAsync(piece);
        }

        await Task.WhenAll(CopyAsync(front, back), CopyAsync(back, front));
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        try
        {
            var buffer = new byte[64 * 1024];
            int read;
            while ((read = await from.ReceiveAsync(buffer)) > 0)
            {
                await to.SendAllAsync(buffer.AsMemory(0, read));
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            to.Reset();
        }
    }
}
