using Tunnel.Config;

namespace Tunnel.Tunnels;

/// <summary>The tunnel cannot start: its address or its status socket cannot be used.</summary>
public sealed class TunnelStartException(string message) : ExplainedException(message, ExitCodes.Failed)
{
    /// <summary>The address of a listener that it is about; null: none.</summary>
    public Address? At { get; init; }
}
