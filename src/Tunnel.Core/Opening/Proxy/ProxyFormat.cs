namespace Tunnel.Opening;

/// <summary>The numbers of the PROXY protocol, version 2 (haproxy's doc/proxy-protocol.txt, section 2.2).</summary>
internal static class ProxyFormat
{
    /// <summary>Signature, command, family, and the length of what follows.</summary>
    public const int HeaderBytes = 16;

    /// <summary>The version in the upper half; the connection is the sender's own.</summary>
    public const byte Local = 0x20;

    /// <summary>The version in the upper half; the connection is relayed for somebody.</summary>
    public const byte Relayed = 0x21;

    public const byte Unspecified = 0x00;

    public const byte TcpOverIPv4 = 0x11;

    public const byte TcpOverIPv6 = 0x21;

    /// <summary>A TLV's type and length.</summary>
    public const int TlvHeaderBytes = 3;

    public const byte Crc32C = 0x03;

    public const byte UniqueId = 0x05;

    public const byte Ssl = 0x20;

    public const byte SslVersion = 0x21;

    public const byte SslCommonName = 0x22;

    public const byte SslCipher = 0x23;

    public static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;
}
