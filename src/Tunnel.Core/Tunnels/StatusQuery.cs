using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tunnel.Net;

namespace Tunnel.Tunnels;

/// <summary>Asks a running process at its status socket, without a session through it.</summary>
public static class StatusQuery
{
    // Far more than any answer has, 600 bytes a session; a process that sends more is not a tunnel.
    private const int LongestAnswerBytes = 64 << 20;

    // Nothing reports that there is room in a queue; this is a few dozen looks within a health check.
    private static readonly TimeSpan _queuePause = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks for the state.</summary>
    public const string StatusRequest = "status";

    /// <summary>Behind it: the answer is JSON.</summary>
    public const string Json = "json";

    /// <summary>Asks for the live sessions, as JSON.</summary>
    public const string SessionsRequest = "sessions";

    /// <summary>Ends the session whose id follows; the answer's first line is one of the two words below.</summary>
    public const string KillRequest = "kill";

    /// <summary>Ends all sessions of the peer whose name follows; answered likewise.</summary>
    public const string KillPeerRequest = "kill-peer";

    /// <summary>Asks the process to stop as SIGTERM does; answered likewise.</summary>
    public const string DrainRequest = "drain";

    /// <summary>Asks for a reload; answered likewise.</summary>
    public const string ReloadRequest = "reload";

    public const string Accepted = "accepted";

    public const string Refused = "refused";

    /// <summary>The answer's lines as they came, but escaped: fit for a terminal.</summary>
    /// <param name="path">The tunnel's status socket.</param>
    /// <param name="request">One of the words above.</param>
    /// <param name="patience">How long the whole answer may take.</param>
    /// <exception cref="StatusException">There is no answer; the message says why and what to do.</exception>
    public static Task<string> AskAsync(string path, string request, TimeSpan patience) =>
        AskAsync(path, request, patience, TextAsync);

    /// <summary>
    /// What the answer, JSON, stands for; texts in it are as they came. It is read as it comes: no copy of it is kept.
    /// </summary>
    /// <returns>Null for <c>null</c>.</returns>
    /// <exception cref="JsonException">It is something else.</exception>
    /// <inheritdoc cref="AskAsync(string, string, TimeSpan)"/>
    public static Task<T?> AskAsync<T>(string path, string request, JsonTypeInfo<T> type, TimeSpan patience)
        where T : class =>
        AskAsync(path, request, patience, (answer, limit) => JsonSerializer.DeserializeAsync(answer, type, limit));

    private static async Task<T> AskAsync<T>(
        string path,
        string request,
        TimeSpan patience,
        Func<Stream, CancellationToken, ValueTask<T>> read
    )
    {
        using var limit = new CancellationTokenSource(patience);
        try
        {
            using var socket = await ConnectAsync(path, limit.Token).ConfigureAwait(false);
            await socket.SendAsync(Encoding.UTF8.GetBytes($"{request}\n"), limit.Token).ConfigureAwait(false);
            await using var answer = new AnswerStream(socket, LongestAnswerBytes);
            return await read(answer, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            throw Silent(path, e);
        }
        catch (SocketException e)
        {
            throw e.SocketErrorCode switch
            {
                // The runtime's name for ENOENT.
                SocketError.AddressNotAvailable => new StatusException(
                    Trouble.Of(
                        $"{path} does not exist: no tunnel with this configuration runs here",
                        "start it, or read in its log why it ended"
                    ),
                    e
                ),
                SocketError.ConnectionRefused => new StatusException(
                    Trouble.Of($"nobody listens on {path} any more: the tunnel was killed", "start it again"),
                    e
                ),
                SocketError.AccessDenied => new StatusException(
                    Trouble.Of($"{path}: permission denied", "ask as the user that the tunnel runs as"),
                    e
                ),
                SocketError.ConnectionReset => new StatusException(
                    Trouble.Of($"the tunnel behind {path} ended while it was asked", "see its log"),
                    e
                ),
                _ => new StatusException(
                    Trouble.Of($"{path}: {e.Message}", "look at monitor.status_socket, and at the socket there"),
                    e
                ),
            };
        }
    }

    private static async Task<Socket> ConnectAsync(string path, CancellationToken limit)
    {
        while (true)
        {
            var socket = UnixSocketFile.New();
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), limit).ConfigureAwait(false);
                return socket;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock)
            {
                // connect(2), EAGAIN: too many wait to be accepted. A healthy tunnel answers them in a moment.
                socket.Dispose();
                await Task.Delay(_queuePause, limit).ConfigureAwait(false);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    private static async ValueTask<string> TextAsync(Stream answer, CancellationToken limit)
    {
        using var all = new MemoryStream();
        await answer.CopyToAsync(all, limit).ConfigureAwait(false);

        // It goes to a terminal, and somebody else may have made the socket.
        var lines = Encoding.UTF8.GetString(all.GetBuffer(), 0, (int)all.Length).Split('\n');
        return string.Join('\n', lines.Select(line => SafeText.Escape(line, LongestAnswerBytes)));
    }

    private static StatusException Silent(string path, Exception cause) =>
        new(
            Trouble.Of(
                $"the tunnel behind {path} does not answer: it hangs or is suspended",
                "see its log, and restart it"
            ),
            cause
        );
}
