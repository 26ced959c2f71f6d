using System.Globalization;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary>A control group with a limit on memory, as a container has one (cgroups(7), version 1 or 2).</summary>
internal sealed class MemoryGroup : IDisposable
{
    private const string Version1 = "/sys/fs/cgroup/memory";
    private const string Version2 = "/sys/fs/cgroup";

    private readonly string _path;

    private MemoryGroup(string path) => _path = path;

    /// <summary>The command that runs the command behind it in the group.</summary>
    public string[] Enter => ["sh", "-c", $"echo $$ > {_path}/cgroup.procs && exec \"$@\"", "sh"];

    /// <summary>Left out where this user may not make one.</summary>
    public static MemoryGroup Create(long bytes)
    {
        var (parent, limit) = Directory.Exists(Version1)
            ? (Version1, "memory.limit_in_bytes")
            : (Version2, "memory.max");
        var path = Path.Combine(parent, $"tunnel-test-{Guid.NewGuid():n}");
        try
        {
            Directory.CreateDirectory(path);
            // The file is there by itself: where it had to be made there are no groups.
            using var file = new StreamWriter(File.Open(Path.Combine(path, limit), FileMode.Open));
            file.Write(bytes.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Needed.Missing($"needs a control group for memory, which root may make: {e.Message}");
        }

        return new MemoryGroup(path);
    }

    /// <summary>When its processes have gone.</summary>
    public void Dispose() => Directory.Delete(_path);
}
