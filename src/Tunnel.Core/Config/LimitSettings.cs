namespace Tunnel.Config;

/// <summary>How much of a server's tunnel its clients may have.</summary>
public sealed record LimitSettings
{
    /// <summary>Connections that have not shown who they are; null: what open files and memory allow.</summary>
    public int? Strangers { get; init; }

    /// <summary>The same from one address or /64 network; null: a quarter of all, 64 at least.</summary>
    public int? StrangersPerSource { get; init; }

    /// <summary>Live sessions of all clients together; null: what the open files allow.</summary>
    public int? Sessions { get; init; }

    /// <summary>Live sessions of one identity; null: fifteen sixteenths of all.</summary>
    public int? SessionsPerIdentity { get; init; }

    /// <summary>New sessions of one identity in a second; as many may come at once after a quiet second.</summary>
    public int? NewSessionsPerSecond { get; init; }

    /// <summary>Bytes that the sessions of one identity may carry in a second, both directions together.</summary>
    public long? BytesPerSecond { get; init; }
}
