namespace Tunnel.Config;

/// <summary>Which end of the tunnel this is, and so which side of the TLS handshake.</summary>
public enum TunnelRole
{
    /// <summary>Takes plain connections and opens TLS to the server for each.</summary>
    Client,

    /// <summary>Accepts TLS and opens a plain connection to the target for each.</summary>
    Server,
}

/// <summary>What depends on the role alone.</summary>
public static class TunnelRoles
{
    /// <summary>The role at the other end of the TLS leg.</summary>
    public static TunnelRole Peer(this TunnelRole role) =>
        role == TunnelRole.Server ? TunnelRole.Client : TunnelRole.Server;
}
