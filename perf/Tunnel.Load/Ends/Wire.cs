using System.Net;
using System.Net.Sockets;

namespace Tunnel.Load.Ends;

/// <summary>Sockets as both ends of the load use them.</summary>
internal static class Wire
{
    /// <summary>Bytes of one message of the ping-pong and mixed cases.</summary>
    public const int MessageBytes = 64;

    /// <summary>First byte of a connection to <see cref="ThreadTarget"/>: what it is to do.</summary>
    public const byte Echo = (byte)'E',
        Swallow = (byte)'U',
        Pour = (byte)'D';

    public static Socket Listen(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        socket.Listen(4096);
        return socket;
    }

    /// <exception cref="SocketException">Nobody listens there.</exception>
    public static Socket Dial(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // Longer than any stall that is not a failure.
            socket.ReceiveTimeout = 20_000;
            socket.SendTimeout = 20_000;
            socket.Connect(IPAddress.Loopback, port);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static void SendAll(this Socket socket, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[socket.Send(bytes)..];
        }
    }

    public static void ReceiveExactly(this Socket socket, Span<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            var count = socket.Receive(buffer);
            if (count == 0)
            {
                throw new EndOfStreamException($"the stream ended {buffer.Length} bytes early");
            }

            buffer = buffer[count..];
        }
    }

    /// <summary>A port that was free a moment ago.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
