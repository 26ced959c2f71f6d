namespace Tunnel.Tunnels;

/// <summary>The tunnel cannot start; the message says why and is meant for people.</summary>
public sealed class TunnelStartException(string message) : Exception(message);
