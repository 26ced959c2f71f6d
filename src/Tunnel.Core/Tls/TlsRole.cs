namespace Tunnel.Tls;

/// <summary>A side of the handshake.</summary>
public enum TlsRole
{
    Client,
    Server,
}
