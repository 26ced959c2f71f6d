using Tunnel.Config;
using Tunnel.Tls;
using Tunnel.Tunnels;

namespace Tunnel.Cli;

/// <summary>A configuration that has been read, and what became of each of its tunnels.</summary>
/// <param name="Tunnels">As in the settings, in the same order.</param>
/// <param name="Faults">Of files that belong to no tunnel.</param>
internal sealed record JudgedConfig(
    LoadedConfig Loaded,
    IReadOnlyList<JudgedTunnel> Tunnels,
    IReadOnlyList<Trouble> Faults
) : IDisposable
{
    /// <inheritdoc cref="ProcessCandidate.HttpToken"/>
    public HttpToken? HttpToken { get; init; }

    /// <summary>Those of all tunnels as well, each once.</summary>
    public IReadOnlyList<Trouble> AllFaults =>
        [.. Tunnels.SelectMany(tunnel => tunnel.Faults).Concat(Faults).Distinct()];

    /// <summary>Those that can be used.</summary>
    public IEnumerable<TunnelCandidate> Candidates =>
        Tunnels.Select(tunnel => tunnel.Candidate).OfType<TunnelCandidate>();

    /// <inheritdoc cref="TunnelCandidate.Dispose"/>
    public void Dispose()
    {
        foreach (var candidate in Candidates)
        {
            candidate.Dispose();
        }
    }
}

/// <summary>One tunnel of a configuration.</summary>
/// <param name="Candidate">Null: a file that it names cannot be used, or a backend is missing.</param>
/// <param name="Faults">What is wrong with it; there may be some beside a candidate.</param>
internal sealed record JudgedTunnel(TunnelSettings Settings, TunnelCandidate? Candidate, IReadOnlyList<Trouble> Faults);
