namespace Tunnel.Config;

/// <summary>
/// What a value must look like. Returns null and the value, or what would be right instead. No rule accepts an empty
/// text: its answer is then the general description.
/// </summary>
internal delegate string? ValueRule<T>(string text, out T value);
