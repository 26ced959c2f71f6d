using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace EchoServer;

/// <summary>Sends back what it gets until the other side ends, and then ends too.</summary>
internal static class Echo
{
    private const int BufferBytes = 64 * 1024;

    public static async Task ServeAsync(int port)
    {
        using var stopping = new CancellationTokenSource();
        using var onTerm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var onInt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var listener = new TcpListener(IPAddress.Any, port);
        listener.Start();
        Console.WriteLine($"echo-server listens on {listener.LocalEndpoint}");
        try
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptTcpClientAsync(stopping.Token));
            }
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine("echo-server stopped");
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stopping.Cancel();
        }
    }

    private static async Task ServeAsync(TcpClient connection)
    {
        using (connection)
        {
            try
            {
                connection.NoDelay = true;
                var stream = connection.GetStream();
                await stream.CopyToAsync(stream, BufferBytes);
                connection.Client.Shutdown(SocketShutdown.Send);
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                // The other side broke it off, and whoever it is counts that.
            }
        }
    }
}
