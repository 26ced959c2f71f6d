using System.Text;

namespace Tunnel.Cli.Diagnosis;

/// <summary>The end of a log file.</summary>
internal static class LogTail
{
    /// <summary>Some thousand lines.</summary>
    public const int MostBytes = 512 * 1024;

    /// <summary>Its last whole lines, or why there are none.</summary>
    public static string Of(string path)
    {
        try
        {
            using var file = new FileStream(
                path,
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete
            );
            var isCut = file.Length > MostBytes;
            file.Seek(isCut ? -MostBytes : 0, isCut ? SeekOrigin.End : SeekOrigin.Begin);
            var bytes = new byte[MostBytes];
            var text = Encoding.UTF8.GetString(
                bytes,
                0,
                file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)
            );
            return isCut ? text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..] : text;
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return $"the log file cannot be read: {SafeText.Escape(e.Message)}\n";
        }
    }
}
