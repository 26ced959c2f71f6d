using System.Text;
using System.Text.RegularExpressions;

namespace Tunnel.Config;

/// <summary>Files, names, versions and words from a list.</summary>
internal static partial class TextRules
{
    /// <summary>A path; relative ones count from the working directory. Nothing is opened here.</summary>
    public static readonly ValueRule<string> FilePath = (text, out value) =>
    {
        value = text;
        return text.Length > 0 && !text.Any(char.IsControl) && !text.Contains("-----BEGIN", StringComparison.Ordinal)
            ? null
            : "write the path of a file";
    };

    /// <summary>The path of a Unix socket: unix(7) has 108 bytes for it, and the last is zero.</summary>
    public static readonly ValueRule<string> SocketPath = (text, out value) =>
        FilePath(text, out value)
        ?? (
            Encoding.UTF8.GetByteCount(text) < 108
                ? null
                : "write a path of at most 107 bytes: a Unix socket has no room for more"
        );

    /// <summary>The name of one of several tunnels: in each of its log lines, so short and without spaces.</summary>
    public static readonly ValueRule<string> TunnelName = (text, out value) =>
        TunnelNameText().IsMatch(value = text)
            ? null
            : "write a name of at most 63 letters, digits, '-', '_' and '.', a letter or digit first";

    /// <summary>As <see cref="SocketPath"/>, or after an @ a name in Linux's abstract namespace.</summary>
    public static readonly ValueRule<string> UnixName = (text, out value) =>
        SocketPath(text, out value) ?? (text is "@" ? "write a name after the @, or the path of a socket" : null);

    /// <summary>The name of a descriptor (systemd.socket(5), FileDescriptorName=).</summary>
    public static readonly ValueRule<string> DescriptorName = (text, out value) =>
    {
        value = text;
        return text.Length is > 0 and < 256 && text.All(one => one is > ' ' and <= '~' and not ':')
            ? null
            : "write the FileDescriptorName= of the socket's unit, or else the unit's name, such as tunnel.socket";
    };

    /// <summary>The mode of a file in octal digits, as chmod(1) takes it.</summary>
    public static readonly ValueRule<UnixFileMode> ModeOfFile = (text, out value) =>
    {
        var isMode = OctalMode().IsMatch(text);
        value = isMode ? (UnixFileMode)Convert.ToInt32(text, 8) : default;
        return isMode ? null : "write three octal digits with or without a zero before them, such as 0660";
    };

    /// <summary>A user, a group or both, as chown(1) takes them; only the system knows whether they exist.</summary>
    public static readonly ValueRule<string> OwnerOfFile = (text, out value) =>
        OwnerAndGroup().IsMatch(value = text) ? null : "write user, user:group or :group, by name or number";

    /// <summary>The name of an environment variable.</summary>
    public static readonly ValueRule<string> EnvironmentVariable = (text, out value) =>
        VariableName().IsMatch(value = text)
            ? null
            : "write the name of an environment variable: letters, digits and '_', no digit first";

    /// <summary>
    /// A subject CN or a SAN; <c>*.</c> at its start stands for one label, <c>*</c> in a URI for a segment of its path.
    /// </summary>
    public static readonly ValueRule<string> PeerName = (text, out value) =>
    {
        value = text;
        if (!IsPlain(text))
        {
            return "write a CN or a SAN of a client certificate, without spaces around it";
        }

        return !text.Contains('*') || Wildcard().IsMatch(text) || UriWildcard().IsMatch(text)
            ? null
            : "'*' may only stand for the whole first label of a DNS name, as in *.example.com, or for a segment of a "
                + "URI's path, as in spiffe://example.com/*/db; an empty list allows everyone the CA vouches for";
    };

    /// <summary>1.2 or 1.3.</summary>
    public static readonly ValueRule<Version> TlsVersion = (text, out value) =>
    {
        var match = TlsVersionText().Match(text);
        value = match.Success ? new Version(1, match.Groups["minor"].Value[0] - '0') : new Version(1, 2);
        return match.Success && value.Minor >= 2 ? null
            : match.Success ? "write 1.2 or 1.3: older versions are broken (RFC 8996) and not supported"
            : "write 1.2 or 1.3";
    };

    /// <summary>As YAML 1.2 writes booleans.</summary>
    public static readonly ValueRule<bool> TrueOrFalse = (text, out value) =>
        bool.TryParse(text, out value) ? null : "write true or false";

    /// <summary>A list in OpenSSL's notation; only the library knows whether its names exist.</summary>
    public static readonly ValueRule<string> CipherList = (text, out value) =>
        CipherListText().IsMatch(value = text)
            ? null
            : "write names separated by ':', as the openssl command takes them";

    /// <summary>One of the values of an enumeration, in any case.</summary>
    /// <param name="word">How a value is written; null: as its name, in small letters.</param>
    public static ValueRule<T> OneOf<T>(Func<T, string>? word = null)
        where T : struct, Enum =>
        (text, out value) =>
        {
            var words = Enum.GetValues<T>().ToDictionary(word ?? (one => one.ToString().ToLowerInvariant()));
            return words.TryGetValue(text.ToLowerInvariant(), out value)
                ? null
                : $"write one of {string.Join(", ", words.Keys)}";
        };

    /// <summary>The same for a value that may be left out, and has then no fixed default.</summary>
    public static ValueRule<T?> Perhaps<T>(ValueRule<T> rule)
        where T : struct =>
        (text, out value) =>
        {
            var remedy = rule(text, out var read);
            value = read;
            return remedy;
        };

    /// <summary>Not empty, no spaces around it, and nothing that controls a terminal.</summary>
    public static bool IsPlain(string text) => text.Length > 0 && text == text.Trim() && !text.Any(char.IsControl);

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex VariableName();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}\z")]
    private static partial Regex TunnelNameText();

    [GeneratedRegex(@"^0?[0-7]{3}\z")]
    private static partial Regex OctalMode();

    [GeneratedRegex(@"^([^:\s]+(:[^:\s]+)?|:[^:\s]+)\z")]
    private static partial Regex OwnerAndGroup();

    [GeneratedRegex(@"^\*(\.[^.*\s]+)+\z")]
    private static partial Regex Wildcard();

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9+.-]*://[^*/?#\s]+(/(\*|[^*/?#\s]+))+\z")]
    private static partial Regex UriWildcard();

    [GeneratedRegex(@"^[A-Za-z0-9_:+!@=.-]+\z")]
    private static partial Regex CipherListText();

    [GeneratedRegex(@"^(tls\s?v?)?1\.(?<minor>[0-3])\z", RegexOptions.IgnoreCase)]
    private static partial Regex TlsVersionText();
}
