namespace Tunnel.OpenSsl;

/// <summary>What a record holds (ContentType of RFC 8446 appendix B.1).</summary>
internal static class ContentTypes
{
    public const byte Alert = 21;
    public const byte Handshake = 22;
    public const byte ApplicationData = 23;
}
