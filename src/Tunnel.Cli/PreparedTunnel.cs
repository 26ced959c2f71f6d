using Tunnel.Config;
using Tunnel.Tunnels;

namespace Tunnel.Cli;

/// <summary>A client or server with a good configuration and good certificates, not started yet.</summary>
/// <param name="Warnings">What the user should know at every start.</param>
/// <param name="ShutdownLimit">How long live sessions may go on after the first signal.</param>
/// <param name="StartAsync">
/// Opens the listener; a port in use, for example, is an <see cref="ExplainedException"/>.
/// </param>
internal sealed record PreparedTunnel(
    TunnelRole Role,
    IReadOnlyList<string> Warnings,
    LoggingSettings Logging,
    TimeSpan ShutdownLimit,
    Func<Task<IRunningTunnel>> StartAsync
);
