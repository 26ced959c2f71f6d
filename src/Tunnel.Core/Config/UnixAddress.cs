namespace Tunnel.Config;

/// <summary>A Unix socket of this machine.</summary>
/// <param name="Name">A path, or after an @ a name in Linux's abstract namespace; at most 107 bytes.</param>
public sealed record UnixAddress(string Name) : Address
{
    /// <summary>For a listener: who may connect, by the rights to write; the owner alone by default.</summary>
    public UnixFileMode Mode { get; init; } = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// For a listener: to whom its file is given, <c>user</c>, <c>user:group</c> or <c>:group</c>, by name or number.
    /// </summary>
    public FileSetting? Owner { get; init; }

    public override bool IsSameListener(Address other) => other is UnixAddress { Name: var name } && name == Name;

    /// <summary><c>unix:/run/x.sock</c>, <c>unix:@name</c>.</summary>
    public override string ToString() => $"unix:{Name}";
}
