using System.Globalization;

namespace Tunnel.Load.Endurance;

/// <summary>What a process holds at a moment.</summary>
/// <param name="MemoryKiB">
/// Heaps and stacks: Anonymous of proc_pid_smaps(5). How many pages of files count as its own depends on who else runs.
/// </param>
/// <param name="Files">Open descriptors.</param>
internal readonly record struct Footprint(long MemoryKiB, int Files, int Threads)
{
    /// <exception cref="IOException">There is no such process.</exception>
    public static Footprint Of(int process)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}");
        return new Footprint(
            Number(Path.Combine(path, "smaps_rollup"), "Anonymous:"),
            Directory.EnumerateFileSystemEntries(Path.Combine(path, "fd")).Count(),
            (int)Number(Path.Combine(path, "status"), "Threads:")
        );
    }

    private static long Number(string file, string name)
    {
        var line = File.ReadLines(file).First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(
            line[name.Length..].Replace("kB", "", StringComparison.Ordinal),
            CultureInfo.InvariantCulture
        );
    }
}
