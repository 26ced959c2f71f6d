using System.Net.Sockets;
using System.Text;
using Tunnel.Net;

namespace Tunnel.Tunnels;

/// <summary>
/// Gives everybody who connects to a Unix socket one text and ends the connection. Nobody is waited for: the text is short
/// enough for the system's buffer of a fresh connection, so whoever does not read it keeps nothing of ours.
/// </summary>
internal sealed class StatusSocket : IDisposable
{
    // Askers come seconds apart and are served one by one; of more than these at once the rest has to come again.
    private const int Backlog = 16;

    // Out of open files: askers wait in the queue until there is one to be had.
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
            throw new TunnelStartException($"cannot make the status socket {path}: {e.Message}");
        }
    }

    /// <summary>Answers until <see cref="Dispose"/>.</summary>
    /// <param name="text">Called anew for each asker.</param>
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
                    // Accepted by an event loop, answered by the thread pool, as sessions are: an answer says that both
                    // turn. Adding up the sessions would also keep those of the loop waiting.
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
            // An asker that has left already is nobody's loss.
            asker.Send(Encoding.UTF8.GetBytes(text), SocketFlags.None, out _);
        }
    }
}
