using System.Net.Sockets;

namespace Tunnel.Tests.TestKit;

/// <summary>A target that sends back whatever comes, on any number of connections.</summary>
public sealed class EchoService : IDisposable
{
    private readonly Socket _listener = Wire.Listen();

    public EchoService() => _ = AcceptAllAsync();

    public int Port => _listener.EndPoint().Port;

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAllAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptAsync());
            }
        }
        catch (SocketException)
        {
            // The end of the test.
        }
    }

    private static async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                await socket.EchoAsync();
            }
            catch (Exception e) when (e is SocketException or TimeoutException)
            {
                // Whoever was there has left.
            }
        }
    }
}
