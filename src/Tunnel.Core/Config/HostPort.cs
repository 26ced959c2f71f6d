namespace Tunnel.Config;

/// <summary>
/// A host and a port. The host is an IPv4 or IPv6 address or a name; names are resolved when they are used.
/// </summary>
public sealed record HostPort(string Host, int Port) : Address
{
    // Of a host with a fault of its own there is none; port 0 is another port each time.
    public override bool IsSameListener(Address other) => this is { Host: not null, Port: > 0 } && Equals(other);

    /// <summary><c>host:port</c>, with brackets round an IPv6 address.</summary>
    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
