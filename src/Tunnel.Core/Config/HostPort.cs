namespace Tunnel.Config;

/// <summary>
/// A host and a port. The host is an IPv4 or IPv6 address or a name; names are resolved when they are used.
/// </summary>
public sealed record HostPort(string Host, int Port) : Address
{
    /// <summary>
    /// For a listener: other processes of the same user may listen here too (SO_REUSEPORT, socket(7)); the system
    /// spreads new connections over all of them.
    /// </summary>
    public bool ReusePort { get; init; }

    // Of a host with a fault of its own there is none; port 0 is another port each time.
    public override bool IsSameListener(Address other) =>
        this is { Host: not null, Port: > 0 }
        && other is HostPort { Host: var host, Port: var port }
        && (host, port) == (Host, Port);

    /// <summary><c>host:port</c>, with brackets round an IPv6 address.</summary>
    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
