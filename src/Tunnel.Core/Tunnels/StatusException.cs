namespace Tunnel.Tunnels;

/// <summary>
/// A tunnel that was asked for its status does not answer, or answers that it accepts no connections any more.
/// </summary>
public sealed class StatusException(Trouble trouble, Exception? inner = null)
    : ExplainedException(trouble, ExitCodes.Failed, inner);
