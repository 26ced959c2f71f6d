namespace Tunnel.Config;

/// <summary>How the client tries again: exponential backoff with full jitter.</summary>
public sealed record ReconnectSettings
{
    /// <summary>Upper bound of the first wait; doubles with each attempt.</summary>
    public TimeSpan InitialDelay { get; init; } = TimeSpan.FromSeconds(0.2);

    /// <summary>Upper bound of any wait.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Budget of one local connection, from its accept; zero: one attempt at each server.</summary>
    public TimeSpan MaxElapsed { get; init; } = TimeSpan.FromSeconds(30);
}
