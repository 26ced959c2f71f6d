namespace Tunnel.Config;

/// <summary>Keys with their sections, such as <c>remote_server.port</c>; the empty path is the file itself.</summary>
internal static class KeyPath
{
    public static string Join(string section, string key) => section.Length == 0 ? key : $"{section}.{key}";

    public static string Under(string section) =>
        section.Length == 0 ? " at the top level" : $" under {YamlText.Escape(section)}";
}
