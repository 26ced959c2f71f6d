using Tunnel.Relay;

namespace Tunnel.Opening;

/// <summary>Why one attempt came to nothing.</summary>
/// <param name="Final">True when another one would come to the same: a verdict about a certificate.</param>
internal sealed record AttemptFailure(SessionEnd End, bool Final);
