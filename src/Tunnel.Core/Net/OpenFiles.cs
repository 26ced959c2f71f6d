using System.Globalization;

namespace Tunnel.Net;

/// <summary>
/// The process's limit on open files as a budget: who opens a socket takes from it first, and who finds nothing left
/// waits. Without it the sockets would take every file, and the runtime ends the process when it has none for itself.
/// </summary>
/// <param name="room">How many files may be taken.</param>
internal sealed class OpenFiles(long room)
{
    /// <summary>A session holds the socket it came with, and one that it may open at any time without asking again.</summary>
    public const int PerSession = 2;

    // Not counted are the few files that must be had even at the limit: listeners, the status socket and its one asker at
    // a time, logs, name lookups (16), and what the runtime opens to start a thread, or to learn how much memory a
    // container has; it ends the process when it cannot start a thread.
    private const int Reserve = 64;

    private static readonly Lazy<OpenFiles> _process = new(() => new OpenFiles(RoomOfProcess()));

    private long _taken;

    /// <summary>That of this process. Files that were open when it was first asked for are not part of it.</summary>
    public static OpenFiles Process => _process.Value;

    /// <summary>How many files have been taken and not given back.</summary>
    public long Taken => Volatile.Read(ref _taken);

    /// <summary>How many files may be taken in all.</summary>
    public long Room => room;

    public bool HasRoomFor(int files) => Taken + files <= room;

    /// <summary>Takes without asking: for what is open already. The next to ask waits for longer.</summary>
    public void Take(int files) => Interlocked.Add(ref _taken, files);

    /// <summary>Takes if there is room.</summary>
    public bool TryTake(int files)
    {
        if (Interlocked.Add(ref _taken, files) <= room)
        {
            return true;
        }

        Return(files);
        return false;
    }

    public void Return(int files) => Interlocked.Add(ref _taken, -files);

    private static long RoomOfProcess()
    {
        if (!OperatingSystem.IsLinux())
        {
            return long.MaxValue / 2;
        }

        // proc(5): "Max open files            1024                 524288               files"
        var limit = File.ReadLines("/proc/self/limits")
            .First(line => line.StartsWith("Max open files", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        if (!long.TryParse(limit, CultureInfo.InvariantCulture, out var files))
        {
            return long.MaxValue / 2;
        }

        // One session at least, however low the limit: it is for the system to refuse, then.
        var open = Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();
        return Math.Max(files - open - Reserve, PerSession);
    }
}
