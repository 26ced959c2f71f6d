using Tunnel.Config;

namespace Tunnel.Tunnels;

/// <summary>The tunnel cannot start: its address or its status socket cannot be used.</summary>
public sealed class TunnelStartException(IReadOnlyList<Trouble> troubles)
    : ExplainedException(troubles, ExitCodes.Failed)
{
    public TunnelStartException(Trouble trouble)
        : this([trouble]) { }

    /// <summary>The address of a listener that it is about; null: none.</summary>
    public Address? At { get; init; }
}
