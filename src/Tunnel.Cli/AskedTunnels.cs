using Tunnel.Tunnels;

namespace Tunnel.Cli;

/// <summary>The tunnels of a configuration that a command is about.</summary>
internal static class AskedTunnels
{
    /// <param name="name">Of the only one; null: all.</param>
    /// <exception cref="ExplainedException">There is none of this name.</exception>
    public static List<TunnelCandidate> Of(IReadOnlyList<TunnelCandidate> all, string? name)
    {
        var asked = all.Where(tunnel =>
                name is null || string.Equals(tunnel.Settings.Name, name, StringComparison.OrdinalIgnoreCase)
            )
            .ToList();
        return asked.Count > 0
            ? asked
            : throw new NoSuchTunnelException(
                all is [{ Settings.Name: null }]
                    ? Trouble.Of(
                        $"there is no tunnel {name}: the file describes one without a name",
                        "leave the name out"
                    )
                    : Trouble.Of(
                        $"there is no tunnel {name}",
                        $"there are {string.Join(", ", all.Select(one => one.Settings.Name))}"
                    )
            );
    }

    private sealed class NoSuchTunnelException(Trouble trouble) : ExplainedException(trouble, ExitCodes.BadInput);
}
