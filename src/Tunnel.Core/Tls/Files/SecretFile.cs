namespace Tunnel.Tls;

/// <summary>Files that only the tunnel should read.</summary>
internal static class SecretFile
{
    private const UnixFileMode OthersRead = UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>
    /// A warning in one sentence if the mode of the file, after symbolic links, lets others read it; else null.
    /// </summary>
    /// <param name="what">What messages call the file, such as "key file".</param>
    public static string? WarningFor(string what, string file) =>
        !OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & OthersRead) != 0
            ? $"{what} {file} can be read by other users; chmod 600 {file}"
            : null;
}
