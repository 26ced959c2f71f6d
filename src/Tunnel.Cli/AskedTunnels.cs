using Tunnel.Config;
using Tunnel.Tunnels;

namespace Tunnel.Cli;

/// <summary>The tunnels of a configuration that a command is about.</summary>
internal static class AskedTunnels
{
    /// <inheritdoc cref="Of{T}"/>
    public static List<TunnelCandidate> Of(IReadOnlyList<TunnelCandidate> all, string? name) =>
        Of(all, name, tunnel => tunnel.Settings);

    /// <param name="name">Of the only one; null: all.</param>
    /// <exception cref="ExplainedException">There is none of this name.</exception>
    public static List<T> Of<T>(IReadOnlyList<T> all, string? name, Func<T, TunnelSettings> settingsOf)
    {
        var asked = all.Where(tunnel =>
                name is null || string.Equals(settingsOf(tunnel).Name, name, StringComparison.OrdinalIgnoreCase)
            )
            .ToList();
        return asked.Count > 0
            ? asked
            : throw new NoSuchTunnelException(
                all is [var only] && settingsOf(only).Name is null
                    ? Trouble.Of(
                        $"there is no tunnel {name}: the file describes one without a name",
                        "leave the name out"
                    )
                    : Trouble.Of(
                        $"there is no tunnel {name}",
                        $"there are {string.Join(", ", all.Select(one => settingsOf(one).Name))}"
                    )
            );
    }

    private sealed class NoSuchTunnelException(Trouble trouble) : ExplainedException(trouble, ExitCodes.BadInput);
}
