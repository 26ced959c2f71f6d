using Tunnel.Relay;

namespace Tunnel.Opening;

/// <summary>Why one attempt failed.</summary>
/// <param name="Final">True when another one would fail the same way: a verdict about a certificate.</param>
/// <param name="Later">The connection was there.</param>
internal sealed record AttemptFailure(SessionEnd End, bool Final = false, bool Later = true)
{
    /// <summary>How long the server asks us to stay away.</summary>
    public TimeSpan RetryAfter { get; init; }
}
