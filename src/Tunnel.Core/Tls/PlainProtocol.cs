using System.Buffers.Binary;

namespace Tunnel.Tls;

/// <summary>Recognises well-known protocols by the first bytes of either side, when TLS was expected.</summary>
internal static class PlainProtocol
{
    /// <summary>The header that load balancers put in front of a connection, in its two versions.</summary>
    public const string ProxyHeader = "the PROXY protocol";

    private static readonly (byte[] Start, string Name)[] _starts =
    [
        ([.. "PROXY "u8], ProxyHeader),
        ([0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51], ProxyHeader),
        ([.. "GET "u8], "HTTP"),
        ([.. "HEAD "u8], "HTTP"),
        ([.. "POST "u8], "HTTP"),
        ([.. "PUT "u8], "HTTP"),
        ([.. "PATCH "u8], "HTTP"),
        ([.. "DELETE "u8], "HTTP"),
        ([.. "OPTIONS "u8], "HTTP"),
        ([.. "CONNECT "u8], "HTTP"),
        ([.. "HTTP/"u8], "HTTP"),
        ([.. "PRI * HTTP/2"u8], "HTTP/2"),
        ([.. "SSH-"u8], "SSH"),
        ([.. "AMQP"u8], "AMQP"),
        ([.. "RFB "u8], "VNC"),
        ([.. "220 "u8], "SMTP or FTP"),
        ([.. "220-"u8], "SMTP or FTP"),
        ([.. "* OK"u8], "IMAP"),
        ([.. "+OK"u8], "POP3"),
        ([.. "PING\r\n"u8], "Redis"),
        ([.. "-ERR "u8], "Redis"),
        ([.. "-DENIED "u8], "Redis"),
        // ErrorResponse, whose length is below 64 KiB.
        ([.. "E\0\0"u8], "PostgreSQL"),
        ([0x03, 0x00, 0x00], "RDP"),
        ([0x04, 0x01], "SOCKS"),
        ([0x05, 0x01, 0x00], "SOCKS"),
        ([0x05, 0x02, 0x00], "SOCKS"),
    ];

    /// <summary>The name of the protocol, or null.</summary>
    /// <param name="first">The first bytes of one side; 16 are enough for all known ones.</param>
    public static string? Recognise(ReadOnlySpan<byte> first)
    {
        foreach (var (start, name) in _starts)
        {
            if (first.StartsWith(start))
            {
                return name;
            }
        }

        return IsPostgresStartup(first) ? "PostgreSQL"
            : IsRedisCommand(first) ? "Redis"
            : IsMySqlGreeting(first) ? "MySQL"
            : IsMqttConnect(first) ? "MQTT"
            : IsMongoMessage(first) ? "MongoDB"
            : null;
    }

    /// <summary>
    /// A length below 64 KiB, then the number of SSLRequest, GSSENCRequest or CancelRequest, or version 3 of the
    /// protocol.
    /// </summary>
    private static bool IsPostgresStartup(ReadOnlySpan<byte> first) =>
        first.Length >= 8
        && first[0] == 0
        && first[1] == 0
        && BinaryPrimitives.ReadUInt32BigEndian(first[4..])
            is 80_877_103
                or 80_877_104
                or 80_877_102
                or (>= 0x0003_0000 and <= 0x0003_ffff);

    /// <summary>An array of strings: <c>*1\r\n$4\r\nPING</c>.</summary>
    private static bool IsRedisCommand(ReadOnlySpan<byte> first)
    {
        if (first.Length < 5 || first[0] != '*')
        {
            return false;
        }

        var digits = first[1..].IndexOf((byte)'\r');
        return digits > 0 && !first.Slice(1, digits).ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    /// <summary>A length of three bytes below 64 KiB, packet 0, version 10 of the protocol.</summary>
    private static bool IsMySqlGreeting(ReadOnlySpan<byte> first) =>
        first.Length >= 5 && first[2] == 0 && first[3] == 0 && first[4] == 10;

    private static bool IsMqttConnect(ReadOnlySpan<byte> first) =>
        first.Length >= 8 && first[0] == 0x10 && first[2..].StartsWith("\0\u0004MQTT"u8);

    /// <summary>OP_MSG or OP_QUERY as the fourth number of the header.</summary>
    private static bool IsMongoMessage(ReadOnlySpan<byte> first) =>
        first.Length >= 16 && BinaryPrimitives.ReadUInt32LittleEndian(first[12..]) is 2013 or 2004;
}
