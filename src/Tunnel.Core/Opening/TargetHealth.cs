namespace Tunnel.Opening;

/// <summary>What is known about one target.</summary>
/// <param name="Since">When it became what it is; of one that has always been healthy, when it was first known.</param>
/// <param name="Why">Of an unhealthy one: what went wrong last.</param>
internal sealed record TargetHealth(bool IsHealthy, DateTimeOffset Since, string? Why = null)
{
    /// <summary>Until then, on the wheel's clock, an unhealthy one is tried last.</summary>
    public TimeSpan RestsUntil { get; init; }

    /// <summary>It accepts connections and fails later: only a session can find out whether it works again.</summary>
    public bool FailsLater { get; init; }
}
