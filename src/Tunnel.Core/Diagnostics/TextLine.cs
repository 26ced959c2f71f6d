using System.Globalization;
using System.Text;
using NLog;

namespace Tunnel.Diagnostics;

/// <summary>
/// One event as a line for people: ISO 8601 time in UTC with milliseconds, level, the tunnel if it is one of several,
/// message. Nothing that a peer sent can
/// end the line, control a terminal or make the line longer than <see cref="MostBytes"/>.
/// </summary>
internal static class TextLine
{
    /// <summary>Most bytes of a line, its end included.</summary>
    public const int MostBytes = 4096;

    // Time, level, a tunnel's name of 63 letters in brackets, and the line's end.
    private const int FrameBytes = 98;

    // A fault of ours is reported in full; the message inside it may still come from somebody else.
    private const int MostExceptionLines = 100;

    /// <summary>The line, without its end. An exception follows on indented lines of its own.</summary>
    public static string Format(LogEventInfo entry) => Build(entry).ToString();

    /// <summary>The same for a terminal: the level and the reason of a session's end are coloured.</summary>
    public static string FormatInColour(LogEventInfo entry)
    {
        var line = Build(entry).ToString();
        if (Fields.Reason(entry) is { } reason)
        {
            line = Colour(line, $"reason={reason}", Colours.OfReason(reason));
        }

        return Colours.OfLevel(entry.Level) is { } colour ? Colour(line, LevelName(entry.Level), colour) : line;
    }

    private static StringBuilder Build(LogEventInfo entry)
    {
        var line = new StringBuilder(160);
        line.Append(
            CultureInfo.InvariantCulture,
            $"{entry.TimeStamp.ToUniversalTime():yyyy-MM-ddTHH:mm:ss.fff}Z {LevelName(entry.Level), -5} "
        );
        if (TunnelLogger.TunnelOf(entry) is { } tunnel)
        {
            line.Append('[').Append(tunnel).Append("] ");
        }

        SafeText.Append(line, entry.FormattedMessage, MostBytes - FrameBytes);
        if (entry.Exception is { } exception)
        {
            // A newline inside an exception's text starts another indented line, never one that looks like an entry.
            foreach (var part in exception.ToString().Split('\n').Take(MostExceptionLines))
            {
                line.Append("\n    ");
                SafeText.Append(line, part.AsSpan().TrimEnd('\r'), MostBytes - FrameBytes);
            }
        }

        return line;
    }

    // The first one: no value that a peer sends comes before level and reason.
    private static string Colour(string line, string words, string colour)
    {
        var start = line.IndexOf(words, StringComparison.Ordinal);
        return start < 0 ? line : $"{line[..start]}{colour}{words}{Colours.Off}{line[(start + words.Length)..]}";
    }

    private static string LevelName(LogLevel level) => level.Name.ToUpperInvariant();
}
