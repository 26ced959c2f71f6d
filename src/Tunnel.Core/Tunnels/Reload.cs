using Tunnel.Config;

namespace Tunnel.Tunnels;

/// <summary>What becomes of each tunnel when another configuration replaces the one that runs.</summary>
/// <param name="Starts">New ones.</param>
/// <param name="Changes">Pairs of an old one and its successor.</param>
/// <param name="Leaves">Old ones that the new configuration does not have.</param>
/// <param name="Stays">Those that are the same, files included; their candidates are not needed.</param>
internal sealed record Reload(
    IReadOnlyList<TunnelCandidate> Starts,
    IReadOnlyList<(TunnelCandidate Old, TunnelCandidate New)> Changes,
    IReadOnlyList<TunnelCandidate> Leaves,
    IReadOnlyList<(TunnelCandidate Old, TunnelCandidate New)> Stays
)
{
    /// <summary>Tunnels are the same by name and role.</summary>
    public static Reload Between(IReadOnlyList<TunnelCandidate> old, IReadOnlyList<TunnelCandidate> @new)
    {
        var known = old.ToDictionary(KeyOf);
        var pairs = @new.Where(candidate => known.ContainsKey(KeyOf(candidate)))
            .Select(candidate => (Old: known[KeyOf(candidate)], New: candidate))
            .ToList();
        var kept = pairs.Select(pair => pair.Old).ToHashSet();
        var isSame = pairs.ToLookup(pair => pair.Old.IsSameAs(pair.New));
        return new Reload(
            [.. @new.Where(candidate => !known.ContainsKey(KeyOf(candidate)))],
            [.. isSame[false]],
            [.. old.Where(candidate => !kept.Contains(candidate))],
            [.. isSame[true]]
        );
    }

    private static (string?, TunnelRole) KeyOf(TunnelCandidate candidate) =>
        (candidate.Settings.Name, candidate.Settings.Role);
}
