using System.Net.Sockets;
using System.Text;
using Tunnel.Net;

namespace Tunnel.Tunnels;

/// <summary>
/// Sends one text to everybody who connects to a Unix socket and closes the connection. It waits for nobody: the text
/// fits into the system's buffer of a new connection, so a client that does not read it costs nothing.
/// </summary>
internal sealed class StatusSocket : IDisposable
{
    // Clients come seconds apart and are served one by one; if more come at once, the rest must try again.
    private const int Backlog = 16;

    // Out of open files: clients wait in the queue until one is free.
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly string _path;

    private StatusSocket(Socket socket, string path)
    {
        _socket = socket;
        _path = path;
    }

    /// <exception cref="TunnelStartException">The path cannot be used.</exception>
    public static StatusSocket Bind(string path)
    {
        try
        {
            return new StatusSocket(UnixSocketFile.Listen(path, Backlog), path);
        }
        catch (IOException e)
        {
            throw new TunnelStartException($"cannot create the status socket {path}: {e.Message}");
        }
    }

    /// <summary>Answers until <see cref="Dispose"/>.</summary>
    /// <param name="text">Called for each client.</param>
    public async Task RunAsync(Func<string> text, DeadlineWheel wheel)
    {
        TunnelLog.AnswersStatus(_path);
        var operation = SocketOperation.Rent();
        using var seat = LoopSeat.Anywhere();
        while (true)
        {
            var result = await operation.AcceptAsync(_socket, seat).ConfigureAwait(false);
            switch (result.Error)
            {
                case SocketError.Success:
                    // Accepted by an event loop and answered by the thread pool, like sessions: an answer shows that
                    // both are running. Adding up the sessions would also make those of the loop wait.
                    await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                    Answer(operation.AcceptSocket!, text());
                    break;
                case SocketError.OperationAborted or SocketError.Interrupted:
                    operation.Return();
                    return;
                default:
                    await wheel.DelayAsync(_pause).ConfigureAwait(false);
                    break;
            }
        }
    }

    /// <summary>Closes the socket and removes its file.</summary>
    public void Dispose() => _socket.Dispose();

    private static void Answer(Socket asker, string text)
    {
        using (asker)
        {
            asker.Blocking = false;
            // It does not matter if the client has left already.
            asker.Send(Encoding.UTF8.GetBytes(text), SocketFlags.None, out _);
        }
    }
}
