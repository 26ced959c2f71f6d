namespace Tunnel.Config;

/// <summary>Whom a tunnel connects to: one target, or one of several. Its text is what the log shows.</summary>
/// <param name="Targets">At least one, each once, in the order of the file.</param>
public sealed record ForwardSettings(IReadOnlyList<TargetSettings> Targets)
{
    /// <summary>Which of several is tried first.</summary>
    public TargetPolicy Policy { get; init; }

    /// <summary>Time between two looks whether each target accepts connections; null: nobody looks.</summary>
    public TimeSpan? HealthCheckInterval { get; init; }

    /// <summary>The usual case: a single one.</summary>
    public static implicit operator ForwardSettings(Address only) =>
        new(new ValueList<TargetSettings>([new TargetSettings(only)]));

    /// <summary><c>host:port</c>; several are separated by commas.</summary>
    public override string ToString() => string.Join(", ", Targets.Select(target => target.Address));
}

/// <summary>One of those that a tunnel may connect to.</summary>
public sealed record TargetSettings(Address Address)
{
    /// <summary>Client: the name of this one of several servers; null: <see cref="TlsSettings.ServerName"/>.</summary>
    public string? ServerName { get; init; }

    /// <summary>They are one: the same address, and no other name for it.</summary>
    public bool IsSameAs(TargetSettings other) =>
        IsSameText(ServerName, other.ServerName)
        && (
            (Address, other.Address) switch
            {
                // Of a host with a fault of its own there is none.
                (HostPort { Host: { } host } one, HostPort two) => one.Port == two.Port && IsSameText(host, two.Host),
                _ => Address == other.Address,
            }
        );

    private static bool IsSameText(string? one, string? two) =>
        string.Equals(one, two, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Which of several targets is tried first, of those that are not known to be down.</summary>
public enum TargetPolicy
{
    /// <summary>The first of the list.</summary>
    Failover,

    /// <summary>The one behind that of the last connection.</summary>
    RoundRobin,

    /// <summary>The one with the fewest live sessions of this tunnel; of equal ones as above.</summary>
    LeastConnections,
}
