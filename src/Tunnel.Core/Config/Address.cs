namespace Tunnel.Config;

/// <summary>
/// Where a tunnel listens, or whom it connects to. Its text is what the log shows. Two are equal wherever they are
/// written.
/// </summary>
public abstract record Address
{
    /// <summary>Of a listener: the key that says it; null when no configuration file does.</summary>
    public string? Key { get; init; }

    /// <summary>The place of that key, as <c>client.yaml:2:12</c>.</summary>
    public string? Place { get; init; }

    public virtual bool Equals(Address? other) => other is not null && EqualityContract == other.EqualityContract;

    public override int GetHashCode() => EqualityContract.GetHashCode();

    /// <summary>Two listeners cannot both have this: the same port of the same host, or the same Unix socket.</summary>
    public abstract bool IsSameListener(Address other);
}
