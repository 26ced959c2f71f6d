using System.Net;
using System.Net.Sockets;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Doctor;

/// <summary>Stands in front of a server, reads the first message of each connection, and cuts some of them.</summary>
internal sealed class Middlebox : IDisposable
{
    private readonly int _server;
    private readonly Func<byte[], bool> _isCut;
    private readonly Stranger _front;

    public Middlebox(int server, Func<byte[], bool> isCut)
    {
        (_server, _isCut) = (server, isCut);
        _front = new Stranger(CarryAsync);
    }

    /// <summary>After so many bytes of the server it cuts.</summary>
    public int MostBytesBack { get; init; } = int.MaxValue;

    public int Port => _front.Port;

    public void Dispose() => _front.Dispose();

    private async Task CarryAsync(Socket client)
    {
        var hello = new byte[8192];
        hello = hello[..await client.ReceiveAsync(hello)];
        if (_isCut(hello))
        {
            client.Reset();
            return;
        }

        using var server = await Wire.DialAsync(new IPEndPoint(IPAddress.Loopback, _server));
        await server.SendAllAsync(hello);
        await Task.WhenAny(CopyAsync(client, server, int.MaxValue), CopyAsync(server, client, MostBytesBack));
        client.Reset();
    }

    private static async Task CopyAsync(Socket from, Socket to, int most)
    {
        var buffer = new byte[16 * 1024];
        int read;
        while (most > 0 && (read = await from.ReceiveAsync(buffer)) > 0)
        {
            await to.SendAllAsync(buffer.AsMemory(0, Math.Min(read, most)));
            most -= read;
        }
    }
}
