using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Tunnel.Load.Ends;

/// <summary>
/// Connects at a fixed rate without ever showing who it is. One third leaves at once, one says nothing, one sends a
/// ClientHello and never answers; the last two leave when there are too many of them. Counts connections.
/// </summary>
/// <param name="port">The server's, of the TLS side.</param>
/// <param name="perSecond">Fewer if the machine cannot.</param>
internal sealed class StrangersFlow(int port, int perSecond) : Flow
{
    private const int MostOpen = 2000;

    private readonly byte[] _hello = ClientHello();
    private readonly Queue<Socket> _open = [];

    protected override void Run()
    {
        var started = Stopwatch.GetTimestamp();
        while (!Stopping)
        {
            if (Count >= Stopwatch.GetElapsedTime(started).TotalSeconds * perSecond)
            {
                Thread.Sleep(1);
                continue;
            }

            Come();
            Add(1);
        }

        foreach (var socket in _open)
        {
            socket.Dispose();
        }
    }

    private void Come()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        // With RST, so that the ports are free again at once.
        socket.LingerState = new LingerOption(true, 0);
        try
        {
            socket.Connect(IPAddress.Loopback, port);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // Its backlog is full: that is one way to be turned away.
        }
        catch (SocketException)
        {
            socket.Dispose();
            return;
        }

        if (Count % 3 == 0)
        {
            socket.Dispose();
            return;
        }

        if (Count % 3 == 1)
        {
            socket.Send(_hello, SocketFlags.None, out _);
        }

        _open.Enqueue(socket);
        if (_open.Count > MostOpen)
        {
            _open.Dequeue().Dispose();
        }
    }

    private static byte[] ClientHello()
    {
        using var listener = Wire.Listen(0);
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        using var client = Wire.Dial(port);
        using var server = listener.Accept();
        using var tls = new SslStream(new NetworkStream(client));
        var handshake = tls.AuthenticateAsClientAsync("localhost");
        var record = new byte[16 * 1024];
        server.ReceiveExactly(record.AsSpan(0, 5));
        var length = (record[3] << 8) + record[4];
        server.ReceiveExactly(record.AsSpan(5, length));
        server.Dispose();
        // It fails now, and nobody needs to know.
        handshake.ContinueWith(static task => task.Exception, TaskScheduler.Default).Wait();
        return record[..(5 + length)];
    }
}
