namespace Tunnel.Reports;

/// <summary>How bad a finding is, the worst first.</summary>
public enum FindingLevel
{
    /// <summary>Somebody is turned away by it, or would be after the next start.</summary>
    Problem,

    /// <summary>It may become a problem, or nobody but who looks would know.</summary>
    Warning,
}

/// <summary>What may be found, the worst first: a closed list, with its table in <c>docs/monitoring.md</c>.</summary>
public enum FindingCode
{
    NotReady,
    NotListening,
    CertificateExpired,
    TargetUnhealthy,
    FilesFull,
    LimitFull,
    ReloadRefused,
    Draining,
    FilesNearlyFull,
    LimitNearlyFull,
    SessionsWait,
    CertificateExpiresSoon,
}

/// <summary>Something that is not as it should be.</summary>
/// <param name="Tunnel">Null: the process, a tunnel without a name, or several tunnels.</param>
/// <param name="Words">What is wrong with whom, and why; one line, of bounded length.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record Finding(FindingLevel Level, FindingCode Code, string Words, string Remedy, string? Tunnel = null)
{
    /// <summary>What is wrong, without what to do.</summary>
    public string Fault() => Tunnel is { } name ? $"{name}: {Words}" : Words;

    /// <summary>All of it, for one line.</summary>
    public override string ToString() => $"{Fault()}; what to do: {Remedy}";
}
