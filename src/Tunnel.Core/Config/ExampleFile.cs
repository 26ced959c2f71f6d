namespace Tunnel.Config;

/// <summary>The example file that we ship for each role, and the one with several tunnels.</summary>
internal static class ExampleFile
{
    /// <summary>Its path, from the root of what we ship.</summary>
    /// <param name="role">Null: the one with several tunnels.</param>
    public static string Of(TunnelRole? role) => $"config/{role?.Word() ?? "tunnels"}_config.yaml.example";

    /// <summary>Whose file is meant: "client's".</summary>
    public static string Owner(TunnelRole? role) => role is { } one ? $"{one.Word()}'s" : "tunnels'";
}
