using System.Buffers;
using System.Globalization;
using System.Text;

namespace Tunnel.Tls;

/// <summary>DNS names as in certificates: ASCII, U-labels as A-labels (RFC 5890), no dot at the end.</summary>
internal static class DnsName
{
    private const int MaxLength = 253;
    private const int MaxLabelLength = 63;

    // Host names have no underscores, but people use them.
    private static readonly SearchValues<char> _labelCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
    );

    /// <summary>
    /// One or more labels of valid length and characters; a wildcard is not one (RFC 1035 section 2.3.4).
    /// </summary>
    public static bool IsWellFormed(ReadOnlySpan<char> name)
    {
        foreach (var range in name.Split('.'))
        {
            var label = name[range];
            if (label.Length is 0 or > MaxLabelLength || label.ContainsAnyExcept(_labelCharacters))
            {
                return false;
            }
        }

        return name.Length <= MaxLength;
    }

    /// <summary>
    /// Does the name match <paramref name="pattern"/>? In it <c>*.rest</c> stands for one label before <c>.rest</c>,
    /// and only ASCII is compared without case.
    /// </summary>
    public static bool Matches(string name, string pattern)
    {
        if (!pattern.StartsWith("*.", StringComparison.Ordinal))
        {
            return Ascii.EqualsIgnoreCase(name, pattern);
        }

        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var rest = pattern.AsSpan(2);
        return dot > 0 && IsWellFormed(rest) && Ascii.EqualsIgnoreCase(name.AsSpan(dot + 1), rest);
    }

    /// <summary>The form to compare; a name without one is returned unchanged and is then not well-formed.</summary>
    public static string Normalize(string name)
    {
        var trimmed = name.EndsWith('.') ? name[..^1] : name;
        if (Ascii.IsValid(trimmed))
        {
            return trimmed;
        }

        try
        {
            return new IdnMapping().GetAscii(trimmed.ToLowerInvariant());
        }
        catch (ArgumentException)
        {
            return trimmed;
        }
    }
}
