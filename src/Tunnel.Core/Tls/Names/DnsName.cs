using System.Buffers;
using System.Globalization;
using System.Text;

namespace Tunnel.Tls;

/// <summary>DNS names as certificates hold them: ASCII, U-labels as A-labels (RFC 5890), no dot at the end.</summary>
internal static class DnsName
{
    private const int MaxLength = 253;
    private const int MaxLabelLength = 63;

    // Underscores are no host name, but they are in use.
    private static readonly SearchValues<char> _labelCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
    );

    /// <summary>One or more labels of proper length and letters; a wildcard is none (RFC 1035 section 2.3.4).</summary>
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
    /// Is it the name that <paramref name="pattern"/> means? There <c>*.rest</c> stands for one label before <c>.rest</c>,
    /// and only ASCII loses its case.
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

    /// <summary>The form to compare; a name that has none comes back as it is and is then not well-formed.</summary>
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
