using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Tunnel.Config;
using Tunnel.Net;

namespace Tunnel.Tests.TestKit;

/// <summary>Plain sockets as applications and services use them, with a limit on every wait.</summary>
public static class Wire
{
    // The system may choose a port again that it has given a moment ago, and a test may need two.
    private static readonly ConcurrentDictionary<int, bool> _given = new();

    /// <summary>Longer than anything takes that works; a test that needs it has failed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static Socket Listen(int port = 0)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        socket.Listen(1024);
        return socket;
    }

    /// <param name="path">Of its file.</param>
    /// <param name="backlog">How many may wait to be accepted, less one.</param>
    public static Socket ListenUnix(string path, int backlog = 1024)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen(backlog);
        return socket;
    }

    public static IPEndPoint EndPoint(this Socket listener) => (IPEndPoint)listener.LocalEndPoint!;

    public static IPEndPoint EndPoint(this Address literal) =>
        literal is HostPort(var host, var port)
            ? new(IPAddress.Parse(host), port)
            : throw new ArgumentException($"{literal}");

    public static int Port(this EndPoint tcp) => ((IPEndPoint)tcp).Port;

    public static string Host(this Address tcp) => ((HostPort)tcp).Host;

    public static int Port(this Address tcp) => ((HostPort)tcp).Port;

    /// <summary>The address of the single one.</summary>
    public static Address Only(this ForwardSettings forward) => forward.Targets.Single().Address;

    /// <summary>True when somebody has connected whom nobody has accepted yet.</summary>
    public static bool HasVisitor(this Socket listener) => listener.Poll(0, SelectMode.SelectRead);

    /// <summary>A port that was free a moment ago and on which nothing listens; never the same twice.</summary>
    public static int FreePort()
    {
        while (true)
        {
            using var socket = Listen();
            if (_given.TryAdd(socket.EndPoint().Port, true))
            {
                return socket.EndPoint().Port;
            }
        }
    }

    public static async Task<Socket> DialAsync(EndPoint to)
    {
        if (to is UnixEndPoint unix)
        {
            var local = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await local.ConnectAsync(unix.ToSystem()).WaitAsync(Patience);
            return local;
        }

        var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(to).WaitAsync(Patience);
        return socket;
    }

    public static Task<Socket> AcceptSoonAsync(this Socket listener) => listener.AcceptAsync().WaitAsync(Patience);

    public static async Task SendAllAsync(this Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await socket.SendAsync(bytes).AsTask().WaitAsync(Patience)..];
        }
    }

    /// <summary>Reads up to FIN. An RST comes out as <see cref="SocketException"/>.</summary>
    public static async Task<byte[]> ReadToEndAsync(this Socket socket)
    {
        var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await socket.ReceiveAsync(buffer).WaitAsync(Patience)) > 0)
        {
            all.Write(buffer, 0, read);
        }

        return all.ToArray();
    }

    public static async Task<byte[]> ReadExactlyAsync(this Socket socket, int count)
    {
        var buffer = new byte[count];
        for (var have = 0; have < count; )
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(have)).AsTask().WaitAsync(Patience);
            have += read > 0 ? read : throw new EndOfStreamException($"FIN after {have} of {count} bytes");
        }

        return buffer;
    }

    /// <summary>Sends bytes and waits for them at the other end.</summary>
    public static async Task PassAsync(this Socket from, Socket to, byte[] bytes)
    {
        await from.SendAllAsync(bytes);
        var came = await to.ReadExactlyAsync(bytes.Length);
        if (!came.AsSpan().SequenceEqual(bytes))
        {
            throw new InvalidDataException("other bytes than were sent");
        }
    }

    /// <summary>Sends back whatever comes, up to FIN, which it answers with FIN.</summary>
    public static async Task EchoAsync(this Socket socket)
    {
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await socket.ReceiveAsync(buffer)) > 0)
        {
            await socket.SendAllAsync(buffer.AsMemory(0, read));
        }

        socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>How the stream ends: null for FIN, else the error.</summary>
    public static async Task<SocketError?> EndAsync(this Socket socket)
    {
        try
        {
            await socket.ReadToEndAsync();
            return null;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }

    /// <summary>
    /// Somebody who connects, sends his words and waits for the end: null for FIN, else the error. For those that are
    /// to be turned away: RST can come at any moment, even before their system has told them that they are connected.
    /// </summary>
    public static async Task<SocketError?> VisitAsync(EndPoint to, byte[]? words = null)
    {
        try
        {
            using var visitor = await DialAsync(to);
            await visitor.SendAllAsync(words ?? []);
            return await visitor.EndAsync();
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }

    /// <summary>Closes with RST.</summary>
    public static void Reset(this Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }
}
