using Tunnel.Config;
using Tunnel.Tunnels;

namespace Tunnel.Cli;

/// <summary>A client or server whose configuration and certificates are good, and which has not been started.</summary>
/// <param name="Warnings">What the user should know at every start.</param>
/// <param name="ShutdownLimit">How long live sessions may go on after the first signal.</param>
/// <param name="StartAsync">Opens the listener; a port in use and its kind are exceptions with a message for people.</param>
internal sealed record PreparedTunnel(
    TunnelRole Role,
    IReadOnlyList<string> Warnings,
    LoggingSettings Logging,
    TimeSpan ShutdownLimit,
    Func<Task<IRunningTunnel>> StartAsync
);
