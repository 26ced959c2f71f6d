namespace Tunnel.Tls;

/// <summary>Files that only their owner should have access to.</summary>
internal static class SecretFile
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite
        | UnixFileMode.OtherExecute;

    /// <summary>
    /// Words that follow the file's name if its mode, after symbolic links, lets others in; else null. A group counts
    /// as others, as for ssh: who is in it is decided elsewhere, and at any time.
    /// </summary>
    /// <exception cref="IOException">It does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">It is in a directory that we cannot look into.</exception>
    public static Trouble? WhyExposed(string file)
    {
        if (OperatingSystem.IsWindows() || File.GetUnixFileMode(file) is var mode && (mode & Others) == 0)
        {
            return null;
        }

        var octal = Convert.ToString((int)mode, 8).PadLeft(4, '0');
        return Trouble.Of(
            $"has mode {octal}, which gives other users access to a secret",
            $"make it readable by {CurrentUser.Describe()} alone (chmod 600 {file}), or set tls.allow_readable_keys: "
                + "true if the others are meant to have it"
        );
    }
}
