using System.Globalization;

namespace Tunnel.Load.Pairs;

/// <summary>What the system knows of a process and its children (proc(5)).</summary>
internal static class ProcessStats
{
    // USER_HZ, 100 on every Linux that .NET runs on.
    private const int TicksPerSecond = 100;

    public static TimeSpan Cpu(int process) =>
        TimeSpan.FromSeconds(WithChildren(process).Sum(CpuTicks) / (double)TicksPerSecond);

    public static long MemoryBytes(int process) => WithChildren(process).Sum(PssBytes);

    private static IEnumerable<int> WithChildren(int process) =>
        File.ReadAllText($"/proc/{process}/task/{process}/children")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(child => WithChildren(Number(child)))
            .Prepend(process);

    private static long CpuTicks(int process)
    {
        // The name in brackets may hold anything; utime and stime are the 14th and 15th field.
        var line = File.ReadAllText($"/proc/{process}/stat");
        var fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
        return long.Parse(fields[11], CultureInfo.InvariantCulture)
            + long.Parse(fields[12], CultureInfo.InvariantCulture);
    }

    private static long PssBytes(int process)
    {
        var line = File.ReadLines($"/proc/{process}/smaps_rollup")
            .First(line => line.StartsWith("Pss:", StringComparison.Ordinal));
        return Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024L;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
