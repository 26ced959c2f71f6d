using Tunnel.Tls;

namespace Tunnel.Reports;

/// <summary>One tunnel of a process. Numbers are since its start.</summary>
public sealed record TunnelReport
{
    /// <summary>Null for one without a name.</summary>
    public string? Name { get; init; }

    /// <summary><c>client</c> or <c>server</c>.</summary>
    public required string Role { get; init; }

    /// <summary>That of the process, or <see cref="ProcessReport.NotListening"/>.</summary>
    public required string State { get; init; }

    /// <summary>Why it does not listen; null: it does.</summary>
    public string? Cause { get; init; }

    public IReadOnlyList<string> Listeners { get; init; } = [];

    /// <summary>Name and version of what does TLS.</summary>
    public required string Backend { get; init; }

    public long SessionsActive { get; init; }

    public long SessionsAccepted { get; init; }

    /// <summary>Ended, and not in order.</summary>
    public long SessionsFailed { get; init; }

    /// <summary>Ended sessions by why they ended.</summary>
    public IReadOnlyDictionary<string, long> SessionsEnded { get; init; } = new Dictionary<string, long>();

    /// <summary>Bytes towards the far side, of all sessions, live and ended.</summary>
    public long BytesSent { get; init; }

    /// <summary>Bytes from the far side.</summary>
    public long BytesReceived { get; init; }

    /// <summary>TLS handshakes by how they ended.</summary>
    public IReadOnlyDictionary<string, long> Handshakes { get; init; } = new Dictionary<string, long>();

    /// <summary>A client's failed attempts to reach a server, by why.</summary>
    public IReadOnlyDictionary<string, long> FailedAttempts { get; init; } = new Dictionary<string, long>();

    /// <summary>Peers whose certificate we refused, by why.</summary>
    public IReadOnlyDictionary<string, long> Refusals { get; init; } = new Dictionary<string, long>();

    /// <summary>Null before the first.</summary>
    public RefusalReport? LastRefusal { get; init; }

    /// <summary>A server's.</summary>
    public IReadOnlyList<LimitReport> Limits { get; init; } = [];

    /// <summary>A server's targets, a client's servers.</summary>
    public IReadOnlyList<TargetReport> Targets { get; init; } = [];

    public IReadOnlyList<CertificateEntry> Certificates { get; init; } = [];
}

/// <param name="Peer">Where it is.</param>
/// <param name="Refusal">Why, in a word.</param>
/// <param name="Detail">Why, in full, with the entry that decided or came nearest.</param>
/// <param name="Claimed">Who it says it is: nobody has verified that; null: it says nothing.</param>
public sealed record RefusalReport(
    DateTimeOffset At,
    string Peer,
    string Refusal,
    string Detail,
    string? Claimed = null
);

/// <summary>One of a server's limits.</summary>
/// <param name="Key">As in the configuration.</param>
/// <param name="Most">How many there may be.</param>
/// <param name="Used">Null for a limit that each identity, or each source, has.</param>
/// <param name="Waiting">Sessions that wait for a place.</param>
/// <param name="TurnedAway">How many got none since the start.</param>
public sealed record LimitReport(string Key, long Most, long? Used = null, long Waiting = 0, long TurnedAway = 0)
{
    /// <summary>Four fifths are used, or more.</summary>
    public bool NearlyFull => Share.IsNearlyFull(Used ?? 0, Most);
}

/// <param name="Sessions">Those that use it now, or are on their way to it.</param>
/// <param name="Detail">Why it is unhealthy; null: it is healthy.</param>
public sealed record TargetReport(
    string Address,
    bool Healthy,
    DateTimeOffset Since,
    long Sessions,
    string? Detail = null
);

/// <summary>One of our files' certificates.</summary>
/// <param name="ExpiresInSeconds">Negative: it has expired.</param>
public sealed record CertificateEntry(string File, string Subject, DateTimeOffset NotAfter, long ExpiresInSeconds)
{
    /// <summary>The log warns of it, or it has expired.</summary>
    public bool ExpiresSoon => ExpiresInSeconds < ExpirySteps.First.TotalSeconds;
}
