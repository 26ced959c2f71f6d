using System.Globalization;
using System.Text;
using NLog;

namespace Tunnel.Diagnostics;

/// <summary>
/// One event as a line for people: ISO 8601 time in UTC with milliseconds, level, message. Nothing that a peer sent can
/// end the line or steer a terminal.
/// </summary>
internal static class TextLine
{
    /// <summary>The line, without its end. An exception follows on indented lines of its own.</summary>
    public static string Format(LogEventInfo entry)
    {
        var line = new StringBuilder(160);
        line.Append(
            CultureInfo.InvariantCulture,
            $"{entry.TimeStamp.ToUniversalTime():yyyy-MM-ddTHH:mm:ss.fff}Z {LevelName(entry.Level), -5} "
        );
        AppendEscaped(line, entry.FormattedMessage);
        if (entry.Exception is { } exception)
        {
            // A newline inside an exception's text gives one more indented line, never one that looks like an entry.
            foreach (var part in exception.ToString().Split('\n'))
            {
                line.Append("\n    ");
                AppendEscaped(line, part.AsSpan().TrimEnd('\r'));
            }
        }

        return line.ToString();
    }

    private static string LevelName(LogLevel level) => level.Name.ToUpperInvariant();

    private static void AppendEscaped(StringBuilder line, ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (c is >= ' ' and <= '~' || !IsDangerous(c))
            {
                line.Append(c);
                continue;
            }

            _ = c switch
            {
                '\n' => line.Append("\\n"),
                '\r' => line.Append("\\r"),
                '\t' => line.Append("\\t"),
                _ => line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
            };
        }
    }

    // Format characters reorder or hide what a terminal shows (U+202E, U+200B and their kind).
    private static bool IsDangerous(char c) =>
        char.GetUnicodeCategory(c)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;
}
