namespace Tunnel.Reports;

/// <summary>What a process says of itself: the one source of its status, its metrics and its page.</summary>
public sealed record ProcessReport
{
    public const string Accepting = "accepting";
    public const string Draining = "draining";
    public const string NotListening = "not_listening";

    public required string Version { get; init; }

    /// <summary><see cref="Accepting"/> or <see cref="Draining"/>.</summary>
    public required string State { get; init; }

    /// <summary>Number of the configuration, from 1.</summary>
    public required int Generation { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required long UptimeSeconds { get; init; }

    /// <summary>No session could be admitted, and why: a draining process, full limits; null: one could.</summary>
    public string? NotReady { get; init; }

    /// <summary>What is not as it should be, the worst first, and no more than fit a status.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>How many findings there are beside these.</summary>
    public int MoreFindings { get; init; }

    public required ReloadsReport Reloads { get; init; }

    public required ResourcesReport Resources { get; init; }

    public required IReadOnlyList<TunnelReport> Tunnels { get; init; }
}

/// <summary>What became of the requests to read the configuration again, since the start.</summary>
/// <param name="Last">Null before the first.</param>
public sealed record ReloadsReport(long Accepted, long Refused, ReloadReport? Last = null);

/// <param name="By">Who asked.</param>
/// <param name="Words">What happened, or why nothing has changed: a line for each fault.</param>
public sealed record ReloadReport(DateTimeOffset At, string By, bool Accepted, string Words);

/// <summary>What the process uses, and how much it may.</summary>
/// <param name="OpenFiles">Files that sessions hold.</param>
/// <param name="OpenFilesMost">Files that they may hold, by the limit on open files or on memory.</param>
/// <param name="MemoryBytes">Resident memory.</param>
/// <param name="BufferBytes">Of it, buffers that hold bytes of sessions.</param>
public sealed record ResourcesReport(long OpenFiles, long OpenFilesMost, long MemoryBytes, long BufferBytes);
