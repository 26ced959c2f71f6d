namespace Tunnel.Config;

/// <summary>
/// For a listener: the sockets that systemd has opened and passes under this name (sd_listen_fds(3)). Where they listen
/// is in its unit. Two are equal when their names are.
/// </summary>
/// <param name="Name"><c>FileDescriptorName=</c> of the unit, by default the unit's own name.</param>
public sealed record SystemdSocket(string Name) : Address
{
    /// <summary>The key that names it, for messages.</summary>
    public string? Key { get; init; }

    /// <summary>The place of that key, as <c>client.yaml:2:12</c>.</summary>
    public string? Place { get; init; }

    public override bool IsSameListener(Address other) => Equals(other as SystemdSocket);

    public bool Equals(SystemdSocket? other) => other is not null && Name == other.Name;

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <summary><c>systemd:tunnel.socket</c>.</summary>
    public override string ToString() => $"systemd:{Name}";
}
