using System.Globalization;
using System.Text;

namespace Tunnel.Config;

/// <summary>Puts what a file contains into a message, on one line and of readable length.</summary>
internal static class Words
{
    public static string Quote(string text) => $"'{Escape(text)}'";

    public static string Describe(YamlNode node) =>
        node switch
        {
            // A pasted private key must not reach a log.
            ScalarNode scalar when scalar.Value.Contains("-----BEGIN", StringComparison.Ordinal) =>
                "the text of a PEM file",
            ScalarNode { IsBlank: true } => "blank",
            ScalarNode scalar => Quote(scalar.Value),
            SequenceNode => "a list",
            _ => "a section",
        };

    /// <summary>Without characters that would break the line, move the cursor or hide other characters.</summary>
    public static string Escape(string text, int mostCharacters = 60)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= mostCharacters)
            {
                return shown.Append("...").ToString();
            }

            shown.Append(IsVisible(rune) ? rune.ToString() : $"\\u{rune.Value:x4}");
        }

        return shown.ToString();
    }

    private static bool IsVisible(Rune rune) =>
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
