namespace Tunnel.Config;

/// <summary>
/// A host and a port. The host is an IPv4 or IPv6 address or a name; names are resolved when they are used.
/// </summary>
public sealed record HostPort(string Host, int Port) : Address
{
    /// <summary><c>host:port</c>, with brackets round an IPv6 address.</summary>
    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
