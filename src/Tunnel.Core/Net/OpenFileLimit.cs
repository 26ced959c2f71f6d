using System.Globalization;

namespace Tunnel.Net;

/// <summary>The process's limit on open files (RLIMIT_NOFILE of getrlimit(2)).</summary>
public static class OpenFileLimit
{
    /// <summary>
    /// The soft limit, which the runtime has raised to the hard one; null: there is none, or it is not known.
    /// </summary>
    public static long? Read()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        // proc(5): "Max open files            1024                 524288               files"
        var limit = File.ReadLines("/proc/self/limits")
            .First(line => line.StartsWith("Max open files", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        return long.TryParse(limit, CultureInfo.InvariantCulture, out var files) ? files : null;
    }
}
