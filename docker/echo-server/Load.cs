using System.Globalization;

namespace EchoServer;

/// <summary>
/// Connections to an echo server, every byte compared: some that live for seconds and talk all the time, and a new
/// short one twenty times a second.
/// </summary>
internal static class Load
{
    private const int LongConnections = 20;
    private static readonly TimeSpan _longestLife = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan _betweenMessages = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _betweenShort = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    public static async Task<bool> CheckAsync(string host, int port) =>
        (await Exchange.RunAsync(host, port, TimeSpan.Zero, TimeSpan.Zero, _patience)).Failure is null;

    /// <summary>Prints a line for each connection that failed and one with the sums.</summary>
    /// <returns>Whether every connection did all it should.</returns>
    public static async Task<bool> RunAsync(string host, int port, TimeSpan duration)
    {
        using var end = new CancellationTokenSource(duration);
        var lives = Enumerable.Range(0, LongConnections).Select(_ => LongOnesAsync(host, port, end.Token)).ToArray();
        var shortOnes = await ShortOnesAsync(host, port, end.Token);
        var longOnes = (await Task.WhenAll(lives)).SelectMany(done => done).ToArray();
        Report("long", longOnes);
        Report("short", shortOnes);
        return longOnes.Length > 0 && longOnes.Concat(shortOnes).All(done => done.Failure is null);
    }

    private static async Task<List<Exchange>> LongOnesAsync(string host, int port, CancellationToken end)
    {
        var done = new List<Exchange>();
        while (!end.IsCancellationRequested)
        {
            var life = Random.Shared.NextDouble() * _longestLife;
            done.Add(Told(await Exchange.RunAsync(host, port, life, _betweenMessages, _patience)));
        }

        return done;
    }

    private static async Task<Exchange[]> ShortOnesAsync(string host, int port, CancellationToken end)
    {
        var running = new List<Task<Exchange>>();
        using var timer = new PeriodicTimer(_betweenShort);
        while (!end.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            running.Add(Exchange.RunAsync(host, port, TimeSpan.Zero, TimeSpan.Zero, _patience));
        }

        return [.. (await Task.WhenAll(running)).Select(Told)];
    }

    private static Exchange Told(Exchange done)
    {
        if (done.Failure is { } failure)
        {
            Console.WriteLine(
                $"failed began_ms={done.Began.ToUnixTimeMilliseconds()} messages={done.Messages} reason={failure}"
            );
        }

        return done;
    }

    private static void Report(string kind, Exchange[] done) =>
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{kind}: connections={done.Length} failed={done.Count(one => one.Failure is not null)} "
                    + $"messages={done.Sum(one => one.Messages)} "
                    + $"slowest_first_answer_ms={done.Max(one => one.FirstAnswer.TotalMilliseconds):F0}"
            )
        );
}
