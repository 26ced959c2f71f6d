using System.Diagnostics.CodeAnalysis;

namespace Tunnel.Config;

/// <summary>
/// A file that the configuration names, and the place that names it. Two are equal when their paths are.
/// </summary>
/// <param name="Path">As written; a relative path counts from the working directory.</param>
public sealed record FileSetting(string Path)
{
    /// <summary>The key, such as <c>tls.client_cert</c>; null when no configuration file names this one.</summary>
    public string? Key { get; init; }

    /// <summary>
    /// The place of the value, as <c>client.yaml:9:16</c>; null when no configuration file names this one.
    /// </summary>
    public string? Place { get; init; }

    /// <summary>Whether it holds a secret: it is a fault then if others than its owner have any access to it.</summary>
    public bool OwnerOnly { get; init; }

    /// <summary>A path that does not come from a configuration file.</summary>
    [return: NotNullIfNotNull(nameof(path))]
    public static implicit operator FileSetting?(string? path) => path is null ? null : new(path);

    public bool Equals(FileSetting? other) => other is not null && Path == other.Path;

    public override int GetHashCode() => Path.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Path;
}
