using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Hostile;

/// <summary>
/// Stands between client and server. One connection after the other is carried as it is, tampered with once, or not
/// carried at all: then somebody else plays the server.
/// </summary>
internal sealed class Middle : IDisposable
{
    private readonly Socket _listener = Wire.Listen();
    private int _carried;

    public Middle() => _ = AcceptAllAsync();

    public int Port => _listener.EndPoint().Port;

    /// <summary>The real one.</summary>
    public IPEndPoint? Server { get; set; }

    /// <summary>What is done to connections from now on.</summary>
    public Tamper Tamper { get; set; } = Tamper.None;

    /// <summary>Who plays the server from now on; null: the real one.</summary>
    public Func<Socket, Task>? Player { get; set; }

    /// <summary>Between two bytes that drip; false when no more is to come.</summary>
    public Func<bool> Tick { get; set; } = () => true;

    /// <summary>The records of the connection that came last, in the order in which they came.</summary>
    public ConcurrentQueue<SeenRecord> Seen { get; private set; } = [];

    /// <summary>How many connections the real server has got from here.</summary>
    public int Carried => Volatile.Read(ref _carried);

    /// <summary>Completes when the connection that came last is over.</summary>
    public Task Over { get; private set; } = Task.CompletedTask;

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAllAsync()
    {
        try
        {
            while (true)
            {
                var front = await _listener.AcceptAsync();
                front.NoDelay = true;
                Over = Player is { } player ? PlayAsync(player, front) : CarryAsync(front);
            }
        }
        catch (SocketException)
        {
            // The end of the test.
        }
    }

    private static async Task PlayAsync(Func<Socket, Task> player, Socket front)
    {
        using (front)
        {
            try
            {
                await player(front);
            }
            catch (Exception e) when (e is SocketException or EndOfStreamException)
            {
                // The client has left before the play was over.
            }
        }
    }

    private async Task CarryAsync(Socket front)
    {
        var (tamper, tick, seen) = (Tamper, Tick, new ConcurrentQueue<SeenRecord>());
        Seen = seen;
        using (front)
        using (var back = await Wire.DialAsync(Server!))
        {
            Interlocked.Increment(ref _carried);
            var up = new RecordPipe(front, back, tamper.ToServer ? tamper : Tamper.None, tick, Note(toServer: true));
            var down = new RecordPipe(back, front, tamper.ToServer ? Tamper.None : tamper, tick, Note(toServer: false));
            (up.Other, down.Other) = (down, up);
            await Task.WhenAll(up.CopyAsync(), down.CopyAsync());
        }

        Action<byte[]> Note(bool toServer) =>
            record => seen.Enqueue(new SeenRecord(toServer, record[0], record.Length));
    }
}

/// <param name="Type">ContentType of RFC 8446 section 5.1.</param>
/// <param name="Length">With its header.</param>
internal sealed record SeenRecord(bool ToServer, byte Type, int Length);
