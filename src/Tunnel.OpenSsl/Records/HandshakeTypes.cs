namespace Tunnel.OpenSsl;

/// <summary>The handshake messages that come after the handshake (HandshakeType of RFC 8446 appendix B.3).</summary>
internal static class HandshakeTypes
{
    public const byte NewSessionTicket = 4;
    public const byte KeyUpdate = 24;
}
