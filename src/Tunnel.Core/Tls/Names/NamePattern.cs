using System.Net;

namespace Tunnel.Tls;

/// <summary>One entry of <c>allowed_client_cns</c>: it matches SANs of its own kind only.</summary>
/// <param name="Text">As configured.</param>
internal readonly record struct NamePattern(string Text, SanKind Kind, IPAddress? Address)
{
    /// <summary>
    /// An IP address is recognised as one, a URI begins with a scheme, an e-mail address has an @; anything else is a
    /// DNS name.
    /// </summary>
    public static NamePattern Parse(string text) =>
        AddressText.Read(text) is { } address ? new(text, SanKind.IP, address)
        : HasScheme(text) ? new(text, SanKind.URI, null)
        : text.Contains('@', StringComparison.Ordinal) ? new(text, SanKind.Email, null)
        : new(text, SanKind.DNS, null);

    /// <summary>RFC 3986 section 3.1: a letter, then letters, digits, "+", "-" or ".", up to the first colon.</summary>
    private static bool HasScheme(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || !char.IsAsciiLetter(text[0]))
        {
            return false;
        }

        foreach (var c in text.AsSpan(1, colon - 1))
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.'))
            {
                return false;
            }
        }

        return true;
    }
}
