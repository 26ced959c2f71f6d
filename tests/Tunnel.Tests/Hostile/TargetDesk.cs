using System.Net.Sockets;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Hostile;

/// <summary>The target: counts who comes, answers each with the same words, and keeps what it has heard.</summary>
/// <param name="answer">What each visitor is told, and then FIN; null: nothing, and no FIN before his own.</param>
internal sealed class TargetDesk(Socket listener, byte[]? answer)
{
    private readonly List<Task<Heard>> _visits = [];
    private int _marker;
    private TaskCompletionSource? _met;

    public void Open() => _ = AcceptAllAsync();

    /// <summary>All who have come up to now and have not been asked for yet.</summary>
    public async Task<Heard[]> VisitsAsync()
    {
        // Who has come first is accepted first: behind one of our own everybody is known.
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        var met = _met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _marker, socket.EndPoint().Port);
        await socket.ConnectAsync(listener.EndPoint()).WaitAsync(Wire.Patience);
        await met.Task.WaitAsync(Wire.Patience);
        Task<Heard>[] visits;
        lock (_visits)
        {
            visits = [.. _visits];
            _visits.Clear();
        }

        return await Task.WhenAll(visits).WaitAsync(Wire.Patience);
    }

    private async Task AcceptAllAsync()
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptAsync();
                if (socket.RemoteEndPoint!.Port() == Volatile.Read(ref _marker))
                {
                    socket.Dispose();
                    Volatile.Write(ref _marker, 0);
                    _met!.SetResult();
                    continue;
                }

                lock (_visits)
                {
                    _visits.Add(ServeAsync(socket));
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The end of the test.
        }
    }

    private async Task<Heard> ServeAsync(Socket socket)
    {
        using (socket)
        {
            return await Heard.ExchangeAsync(socket, answer);
        }
    }
}

/// <summary>What one plain end of the tunnel got.</summary>
/// <param name="End">Null for FIN.</param>
internal sealed record Heard(byte[] Bytes, SocketError? End)
{
    /// <summary>Says something, and hears what there is to hear.</summary>
    public static async Task<Heard> ExchangeAsync(Socket socket, byte[]? words)
    {
        SocketError? met = null;
        if (words is not null)
        {
            try
            {
                await socket.SendAllAsync(words);
                socket.Shutdown(SocketShutdown.Send);
            }
            catch (SocketException e)
            {
                // The system tells it once: who reads afterwards hears FIN.
                met = e.SocketErrorCode;
            }
        }

        var (bytes, buffer) = (new List<byte>(), new byte[16 * 1024]);
        try
        {
            // The one who asks limits the time.
            int read;
            while ((read = await socket.ReceiveAsync(buffer)) > 0)
            {
                bytes.AddRange(buffer.AsSpan(0, read));
            }

            return new Heard([.. bytes], met);
        }
        catch (SocketException e)
        {
            return new Heard([.. bytes], e.SocketErrorCode);
        }
    }

    /// <summary>Everything, and its end.</summary>
    public bool IsAll(byte[] words) => End is null && Bytes.AsSpan().SequenceEqual(words);

    /// <summary>Nothing but what was sent, and an end in order only behind all of it.</summary>
    public bool IsTrue(byte[] words) =>
        Bytes.Length <= words.Length
        && words.AsSpan(0, Bytes.Length).SequenceEqual(Bytes)
        && (End is not null || Bytes.Length == words.Length);

    public override string ToString() => $"{Bytes.Length} bytes, then {End?.ToString() ?? "FIN"}";
}
