using System.Runtime.InteropServices;

namespace Tunnel.Net;

/// <summary>Whether files can be made in a directory, without making one.</summary>
public static class WritableDirectory
{
    // unistd.h: to make an entry takes writing and searching.
    private const int WriteAndSearch = 2 | 1;

    /// <summary>Why no file can be made at <paramref name="path"/>, in words that go on after the file's name; null when one can.</summary>
    public static string? WhyNoFileAt(string path)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        if (!Directory.Exists(directory))
        {
            return $"its directory {directory} does not exist; make it, or choose another path";
        }

        return OperatingSystem.IsWindows() || MayUse(directory, WriteAndSearch) == 0
            ? null
            : $"its directory {directory} cannot be written; let the user we run as write to it, or choose another path";
    }

    [DllImport("libc", EntryPoint = "access", CharSet = CharSet.Ansi, BestFitMapping = false)]
    private static extern int MayUse([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int mode);
}
