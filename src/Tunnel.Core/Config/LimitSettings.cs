namespace Tunnel.Config;

/// <summary>How much of a server's tunnel its clients may have. Null is no limit but that of the open files.</summary>
public sealed record LimitSettings
{
    /// <summary>Live sessions of all clients together.</summary>
    public int? Sessions { get; init; }

    /// <summary>Live sessions of one identity.</summary>
    public int? SessionsPerIdentity { get; init; }

    /// <summary>New sessions of one identity in a second; as many may come at once after a quiet second.</summary>
    public int? NewSessionsPerSecond { get; init; }

    /// <summary>Whether there is any.</summary>
    public bool IsSet => Sessions is not null || SessionsPerIdentity is not null || NewSessionsPerSecond is not null;
}
