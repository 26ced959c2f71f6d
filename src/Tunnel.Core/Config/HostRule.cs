using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Tunnel.Config;

/// <summary>
/// IPv4 and IPv6 addresses, and names of letters, digits, '-' and '_' (RFC 1123 section 2.1, and what container
/// networks use). A dot at the end makes a name absolute: the resolver does not use its search list.
/// </summary>
internal static partial class HostRule
{
    private const string General =
        "write an IPv4 address, an IPv6 address or a name, such as 127.0.0.1, ::1 or localhost";

    public static readonly ValueRule<string> Host = (text, out value) => Check(value = WithoutBrackets(text));

    /// <summary>True only when the host is certainly this machine.</summary>
    public static bool IsLoopback(string host) =>
        IPAddress.TryParse(host, out var address)
            ? IPAddress.IsLoopback(address)
            : WithoutLastDot(host).Equals("localhost", StringComparison.OrdinalIgnoreCase);

    /// <summary>The name as TLS and certificates know it (RFC 6066 section 3).</summary>
    public static string WithoutLastDot(string host) => host.EndsWith('.') ? host[..^1] : host;

    private static string? Check(string host)
    {
        if (IPAddress.TryParse(host, out var address) && IsWrittenInFull(host, address))
        {
            return null;
        }

        if (host.Contains("://", StringComparison.Ordinal))
        {
            return "write the host alone, without a scheme such as 'tcp://'";
        }

        if (HostAndPort().IsMatch(host))
        {
            return "write the host alone; the port goes into its own key 'port'";
        }

        if (host == "*")
        {
            return "write 0.0.0.0 for all IPv4 addresses of this machine, or '::' for all addresses";
        }

        if (host.Any(character => character > 127))
        {
            return "write the name in its ASCII form, which begins with 'xn--'";
        }

        var name = WithoutLastDot(host);
        return name.Length <= 253 && Name().IsMatch(name) && !EndsInNumber().IsMatch(name) ? null : General;
    }

    private static string WithoutBrackets(string text) =>
        text.StartsWith('[') && text.EndsWith(']') && text.Contains(':') ? text[1..^1] : text;

    /// <summary>
    /// The system's parser also accepts 127.1, 0x7f000001 and 2130706433 as addresses; nobody means those.
    /// </summary>
    private static bool IsWrittenInFull(string host, IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6
            ? host.All(character => char.IsAsciiLetterOrDigit(character) || ":.%-_".Contains(character))
            : address.ToString() == host;

    [GeneratedRegex(@"^(\[[^]]*\]|[^:]+):\d+\z")]
    private static partial Regex HostAndPort();

    [GeneratedRegex(@"^(?!-)[A-Za-z0-9_-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9_-]{1,63}(?<!-))*\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"(^|\.)(\d+|0x[0-9a-fA-F]*)\z")]
    private static partial Regex EndsInNumber();
}
