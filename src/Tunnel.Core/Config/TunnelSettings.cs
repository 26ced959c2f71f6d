namespace Tunnel.Config;

/// <summary>Everything that a file says about one tunnel, in the same words for both roles.</summary>
/// <param name="Listen">
/// Client: where applications connect, plain. Server: where clients connect, with TLS. One address or more.
/// </param>
/// <param name="Forward">Client: the tunnel server or servers. Server: the target service, one or several.</param>
/// <param name="Reconnect">Null for a server, which tries its target once.</param>
public sealed record TunnelSettings(
    TunnelRole Role,
    ValueList<Address> Listen,
    ForwardSettings Forward,
    TlsSettings Tls,
    TimeoutSettings Timeouts,
    ReconnectSettings? Reconnect
)
{
    /// <summary>Its name in a list of tunnels; null for the only one of a file without a list.</summary>
    public string? Name { get; init; }

    /// <summary>How it is called in messages: by its name, or else by its role.</summary>
    public string Title => Name ?? Role.Word();

    /// <summary>Server: which clients get in. Client: which servers it trusts, besides their names.</summary>
    public AccessSettings Access { get; init; } = AccessSettings.None;

    /// <summary>Server only.</summary>
    public LimitSettings Limits { get; init; } = new();

    /// <summary>Server only.</summary>
    public ProxySettings Proxy { get; init; } = new();
}
