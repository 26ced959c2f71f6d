using Tunnel.Relay;

namespace Tunnel.Opening;

/// <summary>Why one attempt failed.</summary>
/// <param name="Final">True when another one would fail the same way: a verdict about a certificate.</param>
internal sealed record AttemptFailure(SessionEnd End, bool Final);
