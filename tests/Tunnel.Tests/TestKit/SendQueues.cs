using System.Globalization;

namespace Tunnel.Tests.TestKit;

/// <summary>
/// What lies in the system's send queues (proc_pid_net(5), /proc/net/tcp): sent or not, but not acknowledged.
/// </summary>
public static class SendQueues
{
    private const int LocalAddress = 1;
    private const int RemoteAddress = 2;
    private const int Queues = 4;

    /// <summary>Waits until every byte on a connection from or to these ports has been acknowledged.</summary>
    /// <remarks>
    /// A test whose clock is its own waits for it before that clock goes on: acknowledgements come by the system's
    /// clock, up to 40 ms late, and for the tunnel those would be hours without an answer.
    /// </remarks>
    public static Task EmptyAsync(params int[] ports) =>
        Eventually.HoldsAsync(
            () => Waiting(ports).Count == 0,
            () => "not acknowledged:\n" + string.Join('\n', Waiting(ports))
        );

    /// <summary>The same for all connections of the network namespace in which the process is.</summary>
    public static Task EmptyOfAsync(int process) =>
        Eventually.HoldsAsync(
            () => File.ReadLines(PathOf(process)).Skip(1).All(line => IsEmpty(Fields(line))),
            () => "not acknowledged:\n" + File.ReadAllText(PathOf(process))
        );

    private static string PathOf(int process) =>
        string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/net/tcp");

    private static string[] Fields(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static bool IsEmpty(string[] fields) => fields[Queues].StartsWith("00000000:", StringComparison.Ordinal);

    private static List<string> Waiting(int[] ports) =>
        [
            .. File.ReadLines("/proc/net/tcp")
                .Skip(1)
                .Where(line =>
                    Fields(line) is var fields
                    && (ports.Contains(PortOf(fields[LocalAddress])) || ports.Contains(PortOf(fields[RemoteAddress])))
                    && !IsEmpty(fields)
                ),
        ];

    private static int PortOf(string address) =>
        int.Parse(
            address.AsSpan(address.IndexOf(':', StringComparison.Ordinal) + 1),
            NumberStyles.HexNumber,
            CultureInfo.InvariantCulture
        );
}
