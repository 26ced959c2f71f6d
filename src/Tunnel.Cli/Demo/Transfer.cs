using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Tunnel.Cli.Demo;

/// <summary>
/// The demo's application: sends random data, reads what comes back, and keeps the checksums of both.
/// </summary>
internal sealed class Transfer(EndPoint tunnel, long bytes)
{
    private const int PieceBytes = 1 << 20;

    /// <summary>SHA-256 of what was sent.</summary>
    public string Sent { get; private set; } = "";

    /// <summary>SHA-256 of what came back.</summary>
    public string CameBack { get; private set; } = "";

    public TimeSpan Elapsed { get; private set; }

    /// <summary>Uses blocking sockets on two threads, as an ordinary application does.</summary>
    /// <exception cref="SocketException">The tunnel cut the connection.</exception>
    public async Task RunAsync()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(tunnel);
        var clock = Stopwatch.StartNew();
        var sending = Task.Factory.StartNew(() => Send(socket), TaskCreationOptions.LongRunning);
        var receiving = Task.Factory.StartNew(() => Receive(socket), TaskCreationOptions.LongRunning);
        await Task.WhenAll(sending, receiving);
        Elapsed = clock.Elapsed;
    }

    private void Send(Socket socket)
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[PieceBytes];
        for (var left = bytes; left > 0; )
        {
            var part = piece.AsSpan(0, (int)Math.Min(left, piece.Length));
            RandomNumberGenerator.Fill(part);
            sum.AppendData(part);
            left -= part.Length;
            while (part.Length > 0)
            {
                part = part[socket.Send(part)..];
            }
        }

        socket.Shutdown(SocketShutdown.Send);
        Sent = Convert.ToHexStringLower(sum.GetHashAndReset());
    }

    private void Receive(Socket socket)
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[PieceBytes];
        int count;
        while ((count = socket.Receive(piece)) > 0)
        {
            sum.AppendData(piece.AsSpan(0, count));
        }

        CameBack = Convert.ToHexStringLower(sum.GetHashAndReset());
    }
}
