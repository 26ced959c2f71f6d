using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tunnel.Opening;

/// <summary>
/// Reads a header of version 1, a line of text (haproxy's doc/proxy-protocol.txt, section 2.1). It accepts nothing that
/// could be read in two ways.
/// </summary>
internal static class ProxyLineReader
{
    /// <summary>"PROXY UNKNOWN" and the end of the line; a block of version 2 is not shorter either.</summary>
    public const int LeastBytes = 15;

    /// <summary>The longest line, its end included.</summary>
    public const int MostBytes = 107;

    private const string Unknown = "UNKNOWN";

    // Family, source, destination, and their ports.
    private const int Fields = 5;

    private static readonly SearchValues<char> _ofIPv6 = SearchValues.Create("0123456789abcdefABCDEF:.");

    public static ReadOnlySpan<byte> Start => "PROXY "u8;

    /// <inheritdoc cref="ProxyHeaderReader.Read"/>
    public static ProxyReading Read(ReadOnlySpan<byte> header)
    {
        var lineFeed = header.IndexOf((byte)'\n');
        if (lineFeed >= 0)
        {
            return header[lineFeed - 1] == '\r'
                ? Parse(Encoding.Latin1.GetString(header[Start.Length..(lineFeed - 1)]))
                : ProxyReading.Broken("its line does not end in CR and LF");
        }

        if (header.Length >= MostBytes)
        {
            return ProxyReading.Broken(
                string.Create(CultureInfo.InvariantCulture, $"its line has more than {MostBytes} bytes")
            );
        }

        var untilEnd = header.EndsWith("\r"u8) ? 1 : 2;
        return ProxyReading.Wait(Math.Max(LeastBytes - header.Length, Math.Min(untilEnd, MostBytes - header.Length)));
    }

    private static ProxyReading Parse(string line)
    {
        var fields = line.Split(' ');
        if (fields[0] == Unknown)
        {
            return ProxyReading.Done(null);
        }

        AddressFamily? family = fields[0] switch
        {
            "TCP4" => AddressFamily.InterNetwork,
            "TCP6" => AddressFamily.InterNetworkV6,
            _ => null,
        };
        return
            family is { } known
            && fields.Length == Fields
            && Address(fields[1], known) is { } source
            && Address(fields[2], known) is { } destination
            && Port(fields[3]) is { } from
            && Port(fields[4]) is { } to
            ? ProxyReading.Done(new ProxyRoute(new(source, from), new(destination, to)))
            : ProxyReading.Broken($"its line is \"{SafeText.Escape(line)}\"");
    }

    // The system's parser also accepts 0x7f.1 and 010.0.0.1, scopes and brackets.
    private static IPAddress? Address(string text, AddressFamily family) =>
        IPAddress.TryParse(text, out var address)
        && address.AddressFamily == family
        && (
            family == AddressFamily.InterNetwork
                ? address.ToString() == text
                : !text.AsSpan().ContainsAnyExcept(_ofIPv6)
        )
            ? address
            : null;

    private static int? Port(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
        && port.ToString(CultureInfo.InvariantCulture) == text
            ? port
            : null;
}
