namespace Tunnel.Tls;

/// <summary>Application protocol names (RFC 7301) that we use.</summary>
public static class Alpn
{
    /// <summary>Offered by our client, accepted by our server; a peer that does not know it gets plain TLS.</summary>
    public const string Greeting = "x-tunnel/1";

    /// <summary>The same on the wire.</summary>
    public static ReadOnlySpan<byte> GreetingBytes => "x-tunnel/1"u8;
}
