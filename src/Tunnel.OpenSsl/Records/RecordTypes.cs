namespace Tunnel.Tls.OpenSslBackend;

/// <summary>Numbers of RFC 8446 appendix B.1 and B.3.</summary>
internal static class RecordTypes
{
    public const byte Alert = 21;
    public const byte Handshake = 22;
    public const byte ApplicationData = 23;

    /// <summary>What stands in every record of TLS 1.3.</summary>
    public const ushort LegacyVersion = 0x0303;

    public const byte NewSessionTicket = 4;
    public const byte KeyUpdate = 24;
}
