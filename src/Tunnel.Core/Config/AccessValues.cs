namespace Tunnel.Config;

/// <summary>How the values in an entry of <c>access</c> are written, and the form in which they are compared.</summary>
internal static class AccessValues
{
    /// <summary>What comes before a hash, so that it is not taken for a name.</summary>
    public const string HashPrefix = "sha256:";

    private const int Sha256Digits = 64;

    // RFC 5280 section 4.1.2.2: at most 20 octets.
    private const int MostSerialDigits = 40;

    private static readonly ValueRule<string> _unit = (text, out value) =>
        TextRules.IsPlain(value = text) ? null : "write an OU as it stands in the subject, without spaces around it";

    private static readonly ValueRule<string> _issuer = (text, out value) =>
    {
        if (HashOf(text, needsPrefix: true) is { } hash)
        {
            value = HashPrefix + hash;
            return null;
        }

        value = text;
        return TextRules.IsPlain(text) && !text.StartsWith(HashPrefix, StringComparison.OrdinalIgnoreCase)
            ? null
            : "write a CA's CN, or its whole subject as the log writes it, or sha256: and the 64 digits of the SHA-256 "
                + "of its public key (openssl x509 -in ca.crt -noout -pubkey | openssl pkey -pubin -outform der | "
                + "sha256sum)";
    };

    private static readonly ValueRule<string> _serial = (text, out value) =>
        (value = DigitsOf(text)?.TrimStart('0') ?? "") is { Length: > 0 and <= MostSerialDigits }
            ? null
            : "write a serial number in hexadecimal, as the log and openssl x509 -serial write it";

    private static readonly ValueRule<string> _fingerprint = (text, out value) =>
        (value = HashOf(text, needsPrefix: false) ?? "") is { Length: > 0 }
            ? null
            : "write the 64 hexadecimal digits of a certificate's SHA-256, as the log and openssl x509 -fingerprint "
                + "-sha256 write them";

    private static readonly ValueRule<string> _network = (text, out value) =>
    {
        var remedy = NetworkRule.Network(text, out var network);
        value = network.ToString();
        return remedy;
    };

    public static ValueRule<string> RuleOf(AccessKey key) =>
        key switch
        {
            AccessKey.Names => TextRules.PeerName,
            AccessKey.Ou => _unit,
            AccessKey.Issuer => _issuer,
            AccessKey.Serial => _serial,
            AccessKey.Fingerprint => _fingerprint,
            _ => _network,
        };

    private static string? HashOf(string text, bool needsPrefix)
    {
        var hasPrefix = text.StartsWith(HashPrefix, StringComparison.OrdinalIgnoreCase);
        var digits = DigitsOf(hasPrefix ? text[HashPrefix.Length..] : text);
        return digits is { Length: Sha256Digits } && (hasPrefix || !needsPrefix) ? digits : null;
    }

    /// <summary>Without the colons that openssl writes between octets.</summary>
    private static string? DigitsOf(string text)
    {
        var digits = text.Replace(":", "", StringComparison.Ordinal);
        return digits.All(char.IsAsciiHexDigit) ? digits.ToUpperInvariant() : null;
    }
}
