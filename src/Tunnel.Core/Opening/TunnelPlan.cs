using Tunnel.Config;
using Tunnel.Relay;
using Tunnel.Tls;

namespace Tunnel.Opening;

/// <summary>One configured tunnel, resolved: all of its configuration that a session beginning now needs.</summary>
internal sealed record TunnelPlan
{
    /// <summary>Server: TLS in front, plain behind. Client: plain in front, TLS behind.</summary>
    public required TunnelRole Role { get; init; }

    /// <summary>Server: the target service, one or several. Client: the tunnel servers.</summary>
    public required Targets Forward { get; init; }

    /// <summary>Of everybody who goes by this plan. Client: one for each server.</summary>
    public required SharedEndpoint Tls { get; init; }

    /// <summary>For live sessions whose peer this plan would not let in.</summary>
    public OnRevokedSetting OnRevoked { get; init; }

    public required TimeoutSettings Timeouts { get; init; }

    /// <summary>Server only.</summary>
    public ProxySettings Proxy { get; init; } = new();

    /// <summary>Server only.</summary>
    public LimitSettings Limits { get; init; } = new();

    /// <summary>Client only.</summary>
    public ReconnectSettings? Reconnect { get; init; }

    /// <summary>To whom we connect.</summary>
    public Party BackParty => Role == TunnelRole.Server ? Party.Target : Party.Server;

    /// <summary>Who is at the other end of the TLS leg.</summary>
    public Party TlsParty => Role == TunnelRole.Server ? Party.Client : Party.Server;
}
