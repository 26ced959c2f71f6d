namespace Tunnel.Config;

/// <summary>Keys with their sections, such as <c>remote_server.port</c>; the empty path is the file itself.</summary>
internal static class KeyPath
{
    public static string Join(string section, string key) => section.Length == 0 ? key : $"{section}.{key}";

    /// <summary>An entry of a list, as <c>tunnels[0]</c>.</summary>
    public static string Item(string key, int index) => $"{key}[{index}]";

    /// <summary>The list that an entry is in; any other key as it is.</summary>
    public static string WithoutIndex(string key) => key.Split('[')[0];

    public static string Under(string section) =>
        section.Length == 0 ? " at the top level" : $" under {YamlText.Escape(section)}";
}
