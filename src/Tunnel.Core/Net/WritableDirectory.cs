using System.Runtime.InteropServices;

namespace Tunnel.Net;

/// <summary>Whether files can be created in a directory, without creating one.</summary>
public static class WritableDirectory
{
    // unistd.h: creating an entry needs the right to write and to search.
    private const int WriteAndSearch = 2 | 1;

    /// <summary>
    /// Why no file can be created at <paramref name="path"/>, in words that follow the file's name; null when one can.
    /// </summary>
    public static Trouble? WhyNoFileAt(string path)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        if (!Directory.Exists(directory))
        {
            return Trouble.Of($"its directory {directory} does not exist", "create it, or choose another path");
        }

        return OperatingSystem.IsWindows() || MayUse(directory, WriteAndSearch) == 0
            ? null
            : Trouble.Of(
                $"its directory {directory} cannot be written",
                "give this user the right to write to it, or choose another path"
            );
    }

    [DllImport("libc", EntryPoint = "access", CharSet = CharSet.Ansi, BestFitMapping = false)]
    private static extern int MayUse([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int mode);
}
