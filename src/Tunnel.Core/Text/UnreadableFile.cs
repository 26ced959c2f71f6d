namespace Tunnel.Text;

/// <summary>Why a file could not be read, in the same words wherever we read one.</summary>
internal static class UnreadableFile
{
    // The longest path that Linux takes (limits.h, PATH_MAX), so that a directory is never cut.
    private const int MostPathBytes = 4096;

    /// <summary>
    /// Whether opening or reading a file throws such an exception because of the file, its path or its place.
    /// </summary>
    public static bool IsCause(Exception error) =>
        error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    /// <summary>A cause that follows the file's name, such as <c>is a directory</c>.</summary>
    public static Trouble Of(string path, Exception error) =>
        error switch
        {
            FileNotFoundException or DirectoryNotFoundException when Path.IsPathRooted(path) => Trouble.Of(
                "does not exist",
                "correct the path, or put the file there"
            ),
            FileNotFoundException or DirectoryNotFoundException => Trouble.Of(
                $"does not exist (looked for it from {WorkingDirectory()})",
                "write the whole path, from /"
            ),
            UnauthorizedAccessException when Directory.Exists(path) => Trouble.Of(
                "is a directory",
                "name a file in it"
            ),
            UnauthorizedAccessException => Trouble.Of(
                $"may not be read by {CurrentUser.Describe()}: permission denied on it, or on a directory above it",
                "change its owner or its mode, or run as another user"
            ),
            _ => Trouble.Of(
                $"cannot be read: {SafeText.Escape(error.Message)}",
                "try to read it with cat: the system says more there and in its log (dmesg)"
            ),
        };

    private static string WorkingDirectory()
    {
        try
        {
            return SafeText.Escape(Directory.GetCurrentDirectory(), MostPathBytes);
        }
        catch (IOException)
        {
            return "the working directory, which has been deleted";
        }
    }
}
