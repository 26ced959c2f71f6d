using System.Globalization;
using Tunnel.Net;
using Tunnel.OpenSsl;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Hostile;

/// <summary>What the process and its tunnels hold.</summary>
/// <param name="Sockets">Open ones of this process.</param>
/// <param name="Tls">Connections of the OpenSSL backend.</param>
/// <param name="Deadlines">Of all tunnels.</param>
internal sealed record Stock(int Sockets, long Tls, long Buffers, int Deadlines)
{
    // Longer than any line or any memory waits for its time.
    private static readonly TimeSpan _quiet = TimeSpan.FromMinutes(3);

    private static Stock Take(IEnumerable<Lane> lanes) =>
        new(
            SocketsOf(Environment.ProcessId),
            OpenSslSession.Live,
            BufferPool.RentedBytes,
            lanes.Sum(lane => lane.Pair.ServerEngine.Wheel.Scheduled + lane.Pair.ClientEngine.Wheel.Scheduled)
        );

    /// <summary>What is left when everybody has gone and nothing waits for the clock any more.</summary>
    public static async Task<Stock> TakeQuietAsync(IReadOnlyList<Lane> lanes)
    {
        // Twice: what waits for the system to acknowledge something, which has a clock of its own, looks again.
        for (var i = 0; i < 2; i++)
        {
            foreach (var lane in lanes)
            {
                lane.Time.Advance(_quiet);
            }

            // What is due is done on other threads.
            await Eventually.SettlesAsync(() => Take(lanes).GetHashCode());
        }

        return Take(lanes);
    }

    /// <summary>Waits until no more is held than before.</summary>
    public async Task IsBackAsync(IReadOnlyList<Lane> lanes)
    {
        var now = await TakeQuietAsync(lanes);
        await Eventually.HoldsAsync(
            () => (now = Take(lanes)).IsWithin(this),
            () => $"before the probes {this}, afterwards {now}"
        );
    }

    /// <summary>Waits until the process has nothing to do: no thread goes round and round.</summary>
    public static Task IsIdleAsync() => Eventually.SettlesAsync(() => ProcessorTicks(Environment.ProcessId));

    /// <summary>User and system time in hundredths of a second (proc_pid_stat(5)).</summary>
    public static long ProcessorTicks(int process)
    {
        const int userTime = 11;
        var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
        // Behind the name, which may have blanks.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[userTime..(userTime + 2)].Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
    }

    /// <summary>How many a process has; the runtime opens files of other kinds when it likes.</summary>
    public static int SocketsOf(int process) =>
        new DirectoryInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/fd"))
            .EnumerateFiles()
            .Count(file => file.LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

    private bool IsWithin(Stock before) =>
        Sockets <= before.Sockets && Tls <= before.Tls && Buffers <= before.Buffers && Deadlines <= before.Deadlines;
}
