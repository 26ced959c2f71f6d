using System.Globalization;
using System.Text;

namespace Tunnel.Fuzz.Targets;

/// <summary>Something that must hold for every input did not.</summary>
internal sealed class BrokenInvariantException(string message) : Exception(message);

/// <summary>What must hold.</summary>
internal static class Hold
{
    public static void That(bool holds, string what)
    {
        if (!holds)
        {
            throw new BrokenInvariantException(what);
        }
    }

    /// <param name="what">The same for every input: findings are told apart by it.</param>
    public static void Same<T>(T actual, T expected, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(actual, expected))
        {
            throw new BrokenInvariantException($"{what}: {actual} in place of {expected}");
        }
    }

    public static void SameBytes(ReadOnlySpan<byte> actual, ReadOnlySpan<byte> expected, string what)
    {
        if (!actual.SequenceEqual(expected))
        {
            throw new BrokenInvariantException(
                $"{what}: {Convert.ToHexString(actual)} in place of {Convert.ToHexString(expected)}"
            );
        }
    }

    /// <summary>Text for people is one line of bounded length that drives no terminal and hides nothing.</summary>
    public static void IsLine(string text, string what, int mostCharacters = 4096)
    {
        That(text.Length <= mostCharacters, $"{what} is too long");
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is < ' ' or > '~')
            {
                That(
                    Rune.TryGetRuneAt(text, i, out var rune) && IsHarmless(rune),
                    $"{what} has a character that a terminal may act on"
                );
                i += rune.Utf16SequenceLength - 1;
            }
        }
    }

    /// <summary>Neither acts on a terminal nor hides or reorders what it shows.</summary>
    public static bool IsHarmless(Rune rune) =>
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
