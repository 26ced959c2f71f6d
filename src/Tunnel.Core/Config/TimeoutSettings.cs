namespace Tunnel.Config;

/// <summary>Timeouts; null means off.</summary>
public sealed record TimeoutSettings
{
    /// <summary>Resolving and connecting to the far address, all its addresses together.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The whole TLS handshake, from the first byte to the last: a total, so a slow drip cannot stretch it.
    /// </summary>
    public TimeSpan Handshake { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Nothing in either direction.</summary>
    public TimeSpan? Idle { get; init; }

    /// <summary>A peer that takes nothing while we have bytes for it.</summary>
    public TimeSpan? Write { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Nothing flows although one direction has ended; rolling, so a long answer is never cut.</summary>
    public TimeSpan? HalfClose { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long live sessions may go on after SIGTERM or SIGINT.</summary>
    public TimeSpan Shutdown { get; init; } = TimeSpan.FromSeconds(30);
}
