namespace Tunnel.Config;

/// <summary>The example file that we ship for each role.</summary>
internal static class ExampleFile
{
    /// <summary>Its path, from the root of what we ship.</summary>
    public static string Of(TunnelRole role) => $"config/{role.Word()}_config.yaml.example";
}
