namespace Tunnel.Config;

/// <summary>The session table's reports, and where a running tunnel answers for its status.</summary>
public sealed record MonitorSettings
{
    /// <summary>Time between two lines with the active count and the totals; null: no lines.</summary>
    public TimeSpan? Interval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether the configuration is read again when its file, or one that it names, has changed.</summary>
    public bool WatchFiles { get; init; } = true;

    /// <summary>Path of the Unix socket on which <c>tunnel status</c> is answered; null: none.</summary>
    public FileSetting? StatusSocket { get; init; }
}
