using System.Net.Sockets;
using System.Text;
using Tunnel.Net;

namespace Tunnel.Tunnels;

/// <summary>
/// Answers requests at a Unix socket: whoever connects sends a line, gets a text, and the connection is closed. Who
/// reads slowly is cut.
/// </summary>
internal sealed class StatusSocket : IDisposable
{
    // Clients come seconds apart; if more come at once, the rest must try again.
    private const int Backlog = 16;

    // Out of open files: clients wait in the queue until one is free.
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    // Those that send no request keep their place for the time below.
    private const int MostAtOnce = 64;

    // A word, and a name of a certificate, which may be long. One write of it arrives as one piece.
    private const int LongestRequestBytes = 4096;
    private static readonly TimeSpan _requestLimit = TimeSpan.FromSeconds(1);

    // For megabytes on the same machine.
    private static readonly TimeSpan _answerLimit = TimeSpan.FromSeconds(5);

    // Not disposed of: askers give their places back after the end as well.
    private readonly SemaphoreSlim _places = new(MostAtOnce);
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
            throw new TunnelStartException(
                UnusableSocketException.TroubleOf(e).Behind($"cannot create the status socket {path}: ")
            );
        }
    }

    /// <summary>Answers until <see cref="Dispose"/>.</summary>
    /// <param name="answer">Called with each request: a word, empty for somebody who sends none.</param>
    public async Task RunAsync(Func<string, Task<string>> answer, DeadlineWheel wheel)
    {
        TunnelLog.AnswersStatus(_path);
        var operation = SocketOperation.Rent();
        using var seat = LoopSeat.Anywhere();
        while (true)
        {
            await _places.WaitAsync().ConfigureAwait(false);
            var result = await operation.AcceptAsync(_socket, seat).ConfigureAwait(false);
            switch (result.Error)
            {
                case SocketError.Success:
                    _ = AnswerAsync(operation.AcceptSocket!, answer);
                    break;
                case SocketError.OperationAborted or SocketError.Interrupted:
                    operation.Return();
                    return;
                default:
                    _places.Release();
                    await wheel.DelayAsync(_pause).ConfigureAwait(false);
                    break;
            }
        }
    }

    /// <summary>Closes the socket and removes its file.</summary>
    public void Dispose() => _socket.Dispose();

    private async Task AnswerAsync(Socket asker, Func<string, Task<string>> answer)
    {
        using (asker)
        {
            try
            {
                var request = await RequestAsync(asker).ConfigureAwait(false);
                // Accepted by an event loop, where the request arrives, and answered by the thread pool, like sessions:
                // an answer shows that both are running. Adding up the sessions would also make those of the loop wait.
                await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                var text = Encoding.UTF8.GetBytes(await answer(request).ConfigureAwait(false));
                using var limit = new CancellationTokenSource(_answerLimit);
                // On Unix a completed send is a complete send.
                await asker.SendAsync(text, limit.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // It does not matter if the client has left already, or does not read.
            }
        }

        _places.Release();
    }

    private static async Task<string> RequestAsync(Socket asker)
    {
        var bytes = new byte[LongestRequestBytes];
        using var limit = new CancellationTokenSource(_requestLimit);
        try
        {
            var count = await asker.ReceiveAsync(bytes, limit.Token).ConfigureAwait(false);
            return Encoding.UTF8.GetString(bytes, 0, count).TrimEnd('\n');
        }
        catch (OperationCanceledException)
        {
            return "";
        }
    }
}
