using System.Net.Sockets;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Doctor;

/// <summary>Accepts whoever comes and does one thing with each.</summary>
internal sealed class Stranger : IDisposable
{
    private readonly Socket _listener = Wire.Listen();

    public Stranger(Func<Socket, Task> serve) => _ = ServeAsync(serve);

    public int Port => _listener.EndPoint().Port;

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync(Func<Socket, Task> serve)
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }

            _ = OneAsync(socket, serve);
        }
    }

    private static async Task OneAsync(Socket socket, Func<Socket, Task> serve)
    {
        using (socket)
        {
            try
            {
                await serve(socket);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or TimeoutException)
            {
                // It left.
            }
        }
    }
}
