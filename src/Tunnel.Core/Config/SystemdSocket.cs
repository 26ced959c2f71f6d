namespace Tunnel.Config;

/// <summary>
/// For a listener: the sockets that systemd has opened and passes under this name (sd_listen_fds(3)). Where they listen
/// is in its unit.
/// </summary>
/// <param name="Name"><c>FileDescriptorName=</c> of the unit, by default the unit's own name.</param>
public sealed record SystemdSocket(string Name) : Address
{
    public override bool IsSameListener(Address other) => Equals(other as SystemdSocket);

    /// <summary><c>systemd:tunnel.socket</c>.</summary>
    public override string ToString() => $"systemd:{Name}";
}
