using System.Globalization;

namespace Tunnel.Load.Machine;

/// <summary>How many files each process here may open.</summary>
internal static class OpenFileLimit
{
    private const long None = 1 << 20;

    /// <summary>The hard limit, to which the runtime raises the soft one.</summary>
    public static long Hard { get; } = Read();

    private static long Read()
    {
        // proc(5): "Max open files            1024                 524288               files"
        var hard = File.ReadLines("/proc/self/limits")
            .First(line => line.StartsWith("Max open files", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[4];
        return long.TryParse(hard, CultureInfo.InvariantCulture, out var files) ? files : None;
    }
}
