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

    /// <summary>Words that follow the file's name, such as <c>is a directory</c>.</summary>
    public static string Words(string path, Exception error) =>
        error switch
        {
            FileNotFoundException or DirectoryNotFoundException => Path.IsPathRooted(path)
                ? "does not exist"
                : $"does not exist (looked for it from {WorkingDirectory()})",
            UnauthorizedAccessException => Directory.Exists(path)
                ? "is a directory"
                : $"may not be read by {CurrentUser.Describe()}: permission denied on it, or on a directory above it",
            _ => $"cannot be read: {SafeText.Escape(error.Message)}",
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
