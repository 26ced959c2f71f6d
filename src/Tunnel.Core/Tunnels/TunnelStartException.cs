namespace Tunnel.Tunnels;

/// <summary>The tunnel cannot start: its address or its status socket cannot be used.</summary>
public sealed class TunnelStartException(string message) : ExplainedException(message, ExitCodes.Failed);
