using Tunnel.Config;
using Tunnel.Tunnels;

namespace Tunnel.Cli;

/// <summary>What is to run, with a good configuration and good certificates, not started yet.</summary>
/// <param name="Title">How it is called in the log, such as "server".</param>
/// <param name="Warnings">What the user should know at every start.</param>
/// <param name="StartAsync">
/// Opens the listeners; a port in use, for example, is an <see cref="ExplainedException"/>.
/// </param>
internal sealed record PreparedProcess(
    string Title,
    IReadOnlyList<string> Warnings,
    LoggingSettings Logging,
    Func<Task<IRunningTunnel>> StartAsync
)
{
    /// <summary>What is different here from other machines, and needs no attention.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
