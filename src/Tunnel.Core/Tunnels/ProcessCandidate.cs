using Tunnel.Config;
using Tunnel.Tls;

namespace Tunnel.Tunnels;

/// <summary>A configuration that has been read and judged as a whole.</summary>
/// <param name="Tunnels">As in the settings, in the same order.</param>
/// <param name="Files">That of the configuration, and those that it names; none, if it comes from no file.</param>
/// <param name="ConfigWarnings">What is allowed but dangerous, with its place in the file.</param>
public sealed record ProcessCandidate(
    ProcessSettings Settings,
    IReadOnlyList<TunnelCandidate> Tunnels,
    IReadOnlyList<string> Files,
    IReadOnlyList<Trouble> ConfigWarnings
) : IDisposable
{
    /// <inheritdoc cref="TunnelCandidate.SessionBytes"/>
    public long SessionBytes => Tunnels.Max(tunnel => tunnel.SessionBytes);

    /// <summary>Of <c>monitor.http.token_file</c>; null: none.</summary>
    public HttpToken? HttpToken { get; init; }

    /// <inheritdoc cref="TunnelCandidate.Dispose"/>
    public void Dispose()
    {
        foreach (var tunnel in Tunnels)
        {
            tunnel.Dispose();
        }
    }
}
