using System.Globalization;
using System.Text.RegularExpressions;

namespace Tunnel.Tests.RealPrograms;

/// <summary>
/// Which TCP sockets each epoll thread of a process watches, as the system tells it (proc(5): <c>/proc/PID/fdinfo</c>).
/// </summary>
public static partial class EpollSets
{
    private static readonly string[] _tables = ["tcp", "tcp6"];

    /// <summary>One set of file descriptors for each epoll instance.</summary>
    public static HashSet<int>[] Of(int processId)
    {
        var tcp = TcpInodes(processId);
        var files = Links(processId);
        return
        [
            .. files
                .Where(file => file.Value.EndsWith("[eventpoll]", StringComparison.Ordinal))
                .Select(file => Watched($"/proc/{processId}/fdinfo/{file.Key}"))
                .Select(watched => watched.Where(fd => files.TryGetValue(fd, out var link) && tcp.Contains(link)))
                .Select(sockets => sockets.ToHashSet()),
        ];
    }

    private static int[] Watched(string fdInfo) =>
        [.. Target().Matches(File.ReadAllText(fdInfo)).Select(match => Number(match.Groups[1].Value))];

    private static Dictionary<int, string> Links(int processId) =>
        new DirectoryInfo($"/proc/{processId}/fd")
            .EnumerateFileSystemInfos()
            .Select(file => (Number(file.Name), file.LinkTarget))
            .Where(file => file.LinkTarget is not null)
            .ToDictionary(file => file.Item1, file => file.LinkTarget!);

    /// <summary>As they stand in the links: <c>socket:[4711]</c>.</summary>
    private static HashSet<string> TcpInodes(int processId) =>
        [
            .. _tables
                .SelectMany(table => File.ReadLines($"/proc/{processId}/net/{table}").Skip(1))
                .Select(line => $"socket:[{line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[9]}]"),
        ];

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"tfd:\s*(\d+)")]
    private static partial Regex Target();
}
