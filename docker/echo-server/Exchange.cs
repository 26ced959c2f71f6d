using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace EchoServer;

/// <summary>What one connection did.</summary>
/// <param name="FirstAnswer">From the attempt to connect until the first message was back.</param>
/// <param name="Failure">Null when everything came back and the connection ended in order.</param>
internal sealed record Exchange(DateTimeOffset Began, int Messages, TimeSpan FirstAnswer, string? Failure)
{
    private const int MessageBytes = 1024;

    /// <summary>
    /// Sends messages and compares the answers for as long as said, at least one; then ends in order.
    /// </summary>
    /// <param name="patience">How long connecting, one answer, or the end may take.</param>
    public static async Task<Exchange> RunAsync(
        string host,
        int port,
        TimeSpan life,
        TimeSpan between,
        TimeSpan patience
    )
    {
        var began = DateTimeOffset.UtcNow;
        var clock = Stopwatch.StartNew();
        var messages = 0;
        var firstAnswer = TimeSpan.Zero;
        string? failure = null;
        using var limit = new CancellationTokenSource(patience);
        try
        {
            using var connection = new TcpClient { NoDelay = true };
            await connection.ConnectAsync(host, port, limit.Token);
            var stream = connection.GetStream();
            do
            {
                limit.CancelAfter(patience);
                if (!await CameBackAsync(stream, limit.Token))
                {
                    throw new IOException("the answer differs");
                }

                firstAnswer = messages++ == 0 ? clock.Elapsed : firstAnswer;
                await Task.Delay(between, CancellationToken.None);
            } while (clock.Elapsed < life);

            connection.Client.Shutdown(SocketShutdown.Send);
            limit.CancelAfter(patience);
            if (await stream.ReadAsync(new byte[1], limit.Token) != 0)
            {
                throw new IOException("more came back than was sent");
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            failure = e.Message;
        }

        return new Exchange(began, messages, firstAnswer, failure);
    }

    private static async Task<bool> CameBackAsync(NetworkStream stream, CancellationToken limit)
    {
        var message = RandomNumberGenerator.GetBytes(MessageBytes);
        await stream.WriteAsync(message, limit);
        var answer = new byte[MessageBytes];
        await stream.ReadExactlyAsync(answer, limit);
        return message.AsSpan().SequenceEqual(answer);
    }
}
