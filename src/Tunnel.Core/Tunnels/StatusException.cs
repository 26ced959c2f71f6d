namespace Tunnel.Tunnels;

/// <summary>
/// A tunnel that was asked for its status does not answer, or answers that it accepts no connections any more.
/// </summary>
public sealed class StatusException(string message, Exception? inner = null)
    : ExplainedException(message, ExitCodes.Failed, inner);
