namespace Tunnel.Config;

/// <summary>Where a configuration comes from.</summary>
/// <param name="File">As the user named it.</param>
/// <param name="Role">
/// What <c>tunnel client</c> and <c>tunnel server</c> expect: one tunnel of this role. Null: what the file says, which
/// may be several tunnels.
/// </param>
public sealed record ConfigSource(string File, TunnelRole? Role = null)
{
    /// <summary>Values from the command line, as <c>tls.min_version=1.3</c>; they replace those of the file.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];
}
