namespace Tunnel.Config;

/// <summary>Everything that a tunnel's file says, in the same words for both roles.</summary>
/// <param name="Role">Whose file it is.</param>
/// <param name="Listen">Client: where applications connect, plain. Server: where clients connect, with TLS.</param>
/// <param name="Forward">Client: the tunnel server. Server: the target service.</param>
/// <param name="Reconnect">Null for a server, which tries its target once.</param>
public sealed record TunnelSettings(
    TunnelRole Role,
    HostPort Listen,
    HostPort Forward,
    TlsSettings Tls,
    TimeoutSettings Timeouts,
    ReconnectSettings? Reconnect,
    LoggingSettings Logging,
    MonitorSettings Monitor
)
{
    /// <summary>Server only.</summary>
    public ProxySettings Proxy { get; init; } = new();
}
