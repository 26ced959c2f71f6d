using System.Globalization;

namespace Tunnel.Net;

/// <summary>How many connections the process's limit on open files leaves room for.</summary>
internal static class OpenFiles
{
    // The runtime ends the process when it cannot start a thread, and starting one takes files. So does resolving a
    // name and opening a log. What sessions may take stops short of the limit by so much.
    private const int Reserve = 64;

    // Each session has two sockets.
    private const int FilesPerSession = 2;

    /// <summary>At least one; without a bound where the system does not tell.</summary>
    public static int RoomForSessions()
    {
        if (!OperatingSystem.IsLinux())
        {
            return int.MaxValue;
        }

        // proc(5): "Max open files            1024                 524288               files"
        var limit = File.ReadLines("/proc/self/limits")
            .First(line => line.StartsWith("Max open files", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        if (!long.TryParse(limit, CultureInfo.InvariantCulture, out var files))
        {
            return int.MaxValue;
        }

        var open = Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();
        return (int)Math.Clamp((files - open - Reserve) / FilesPerSession, 1, int.MaxValue);
    }
}
