namespace Tunnel.Config;

/// <summary>Everything that a file says: its tunnels, and what there is once in a process.</summary>
/// <param name="Tunnels">At least one, in the order of the file.</param>
public sealed record ProcessSettings(
    IReadOnlyList<TunnelSettings> Tunnels,
    LoggingSettings Logging,
    MonitorSettings Monitor
)
{
    public SandboxSettings Sandbox { get; init; } = new();

    /// <summary>
    /// How long the process goes on accepting after it was asked to stop, while its status says <c>draining</c>; zero:
    /// not at all.
    /// </summary>
    public TimeSpan ShutdownDelay { get; init; }
}
