using System.Buffers;
using System.Globalization;
using System.Text;

namespace Tunnel.Text;

/// <summary>
/// Makes text of unknown origin safe for one line that people read: nothing in it can end the line, control a terminal,
/// reorder or hide letters, or make the line endless. Characters are escaped only here.
/// </summary>
public static class SafeText
{
    /// <summary>
    /// UTF-8 bytes after which a text is cut; RFC 5280 allows 64 letters for a CN and RFC 1035 253 for a DNS name.
    /// </summary>
    public const int MostBytes = 512;

    private const char Ellipsis = '…';
    private const int EllipsisBytes = 3;

    private static readonly SearchValues<char> _plain = SearchValues.Create(
        Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c).ToArray()
    );

    /// <summary>
    /// Control, format, separator, private and unassigned characters become <c>\n</c>, <c>\r</c>, <c>\t</c> or
    /// <c>\uxxxx</c>; the rest stays. An ellipsis replaces what is cut off.
    /// </summary>
    /// <param name="mostBytes">Most UTF-8 bytes of the result.</param>
    public static string Escape(string text, int mostBytes = MostBytes)
    {
        if (text.Length <= mostBytes && !text.AsSpan().ContainsAnyExcept(_plain))
        {
            return text;
        }

        var safe = new StringBuilder(Math.Min(text.Length + 16, mostBytes));
        Append(safe, text, mostBytes);
        return safe.ToString();
    }

    /// <summary>The same between single quotes, which do not count.</summary>
    public static string Quote(string text, int mostBytes = MostBytes) => $"'{Escape(text, mostBytes)}'";

    /// <summary><see cref="Escape"/> without allocating a string.</summary>
    /// <param name="alsoEscaped">Visible characters that get a backslash in front, such as quotes.</param>
    /// <returns>UTF-8 bytes written.</returns>
    public static int Append(
        StringBuilder to,
        ReadOnlySpan<char> text,
        int mostBytes,
        ReadOnlySpan<char> alsoEscaped = default
    )
    {
        var bytes = 0;
        // Where to end the text if it turns out to be too long: the last place that leaves room for the ellipsis.
        var (cutAt, cutBytes) = (to.Length, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            // An unpaired surrogate enumerates as U+FFFD, which is harmless.
            var written = AppendRune(to, rune, alsoEscaped);
            if (bytes + written > mostBytes)
            {
                to.Length = cutAt;
                to.Append(Ellipsis);
                return cutBytes + EllipsisBytes;
            }

            bytes += written;
            if (bytes <= mostBytes - EllipsisBytes)
            {
                (cutAt, cutBytes) = (to.Length, bytes);
            }
        }

        return bytes;
    }

    private static int AppendRune(StringBuilder to, Rune rune, ReadOnlySpan<char> alsoEscaped)
    {
        if (rune.IsAscii && alsoEscaped.Contains((char)rune.Value))
        {
            to.Append('\\').Append((char)rune.Value);
            return 2;
        }

        if (IsVisible(rune))
        {
            if (rune.IsBmp)
            {
                to.Append((char)rune.Value);
            }
            else
            {
                to.Append(rune.ToString());
            }

            return rune.Utf8SequenceLength;
        }

        var length = to.Length;
        _ = rune.Value switch
        {
            '\n' => to.Append("\\n"),
            '\r' => to.Append("\\r"),
            '\t' => to.Append("\\t"),
            _ => AppendUnits(to, rune),
        };
        return to.Length - length;
    }

    // UTF-16 units, as in JSON: two outside the first plane.
    private static StringBuilder AppendUnits(StringBuilder to, Rune rune)
    {
        Span<char> units = stackalloc char[2];
        foreach (var unit in units[..rune.EncodeToUtf16(units)])
        {
            to.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
        }

        return to;
    }

    // Format characters reorder or hide what a terminal shows (U+202E, U+200B and others).
    private static bool IsVisible(Rune rune) =>
        rune.Value is >= ' ' and <= '~'
        || Rune.GetUnicodeCategory(rune)
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned
            );
}
