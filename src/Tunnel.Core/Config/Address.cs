namespace Tunnel.Config;

/// <summary>Where a tunnel listens, or whom it connects to. Its text is what the log shows.</summary>
public abstract record Address
{
    /// <summary>Two listeners cannot both have this: the same port of the same host, or the same Unix socket.</summary>
    public abstract bool IsSameListener(Address other);
}
