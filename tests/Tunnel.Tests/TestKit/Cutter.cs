using System.Net;
using System.Net.Sockets;

namespace Tunnel.Tests.TestKit;

/// <summary>How a connection is cut.</summary>
public enum Blade
{
    Fin,
    Rst,
}

/// <summary>
/// A man in the middle of a TCP connection: accepts one, dials on, copies bytes both ways, and cuts on command. What he
/// cannot do is what TLS is for: read the bytes, or end the stream with close_notify.
/// </summary>
public sealed class Cutter : IDisposable
{
    private readonly Socket _listener = Wire.Listen();
    private readonly TaskCompletionSource<(Flow ToServer, Flow ToClient)> _connected = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    public IPEndPoint EndPoint => _listener.EndPoint();

    /// <summary>Accepts one connection and carries it to <paramref name="server"/>.</summary>
    public async Task CarryAsync(IPEndPoint server)
    {
        var front = await _listener.AcceptSoonAsync();
        var back = await Wire.DialAsync(server);
        front.NoDelay = true;
        var (toServer, toClient) = (new Flow(front, back), new Flow(back, front));
        _connected.SetResult((toServer, toClient));
        await Task.WhenAll(toServer.CopyAsync(), toClient.CopyAsync());
    }

    /// <summary>Cuts what flows towards the server now; nothing that comes later gets there.</summary>
    public async Task CutTowardsServerAsync(Blade blade) => (await _connected.Task).ToServer.Cut(blade);

    public async Task CutTowardsClientAsync(Blade blade) => (await _connected.Task).ToClient.Cut(blade);

    /// <summary>
    /// Lets half of the next bytes towards the server pass and then cuts: in the middle of a TLS record.
    /// </summary>
    public async Task HalveTowardsServerAsync(Blade blade) => (await _connected.Task).ToServer.HalveNext(blade);

    public async Task HalveTowardsClientAsync(Blade blade) => (await _connected.Task).ToClient.HalveNext(blade);

    public void Dispose() => _listener.Dispose();

    private sealed class Flow(Socket from, Socket to)
    {
        private readonly byte[] _buffer = new byte[64 * 1024];
        private Blade? _halveWith;
        private bool _cut;

        public async Task CopyAsync()
        {
            try
            {
                int read;
                while ((read = await from.ReceiveAsync(_buffer)) > 0)
                {
                    await to.SendAllAsync(_buffer.AsMemory(0, _halveWith is null ? read : read / 2));
                    if (_halveWith is { } blade)
                    {
                        Cut(blade);
                    }
                }

                Cut(Blade.Fin);
            }
            catch (SocketException)
            {
                Cut(Blade.Rst);
            }
            catch (ObjectDisposedException)
            {
                // Cut meanwhile.
            }
        }

        public void HalveNext(Blade blade) => _halveWith = blade;

        public void Cut(Blade blade)
        {
            if (_cut)
            {
                return;
            }

            _cut = true;
            if (blade == Blade.Rst)
            {
                to.Reset();
                return;
            }

            try
            {
                to.Shutdown(SocketShutdown.Send);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // That side has left already.
            }
        }
    }
}
