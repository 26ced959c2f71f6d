using System.Globalization;
using System.Text;

namespace Tunnel.Tls;

/// <summary>
/// Text from a peer made fit for one line of a log: nothing that ends a line, drives a terminal, reorders the letters
/// or fills the disk gets through.
/// </summary>
public static class SafeText
{
    /// <summary>UTF-16 units after which a text is cut; RFC 5280 allows 64 for a CN and RFC 1035 253 for a DNS name.</summary>
    public const int MaxLength = 512;

    /// <summary>Control, format, separator and unassigned characters become <c>\uXXXX</c>; the rest stays.</summary>
    public static string Escape(string text)
    {
        var safe = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (safe.Length >= MaxLength)
            {
                return safe.Append('…').ToString();
            }
            // An unpaired surrogate enumerates as U+FFFD, which is harmless.
            if (IsHarmless(rune))
            {
                safe.Append(rune);
            }
            else
            {
                safe.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}");
            }
        }
        return safe.ToString();
    }

    private static bool IsHarmless(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned
            );
}
