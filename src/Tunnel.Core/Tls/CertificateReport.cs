namespace Tunnel.Tls;

/// <summary>What a certificate of ours is for.</summary>
public enum CertificateFileRole
{
    Own,
    OwnIntermediate,
    PeerCa,
}

/// <summary>Something a user should know about a certificate.</summary>
/// <param name="BreaksTunnel">
/// No peer can or should get through: an error in <c>tunnel check</c>, a warning at start.
/// </param>
/// <param name="Trouble">Names the certificate or file.</param>
public sealed record SetupWarning(bool BreaksTunnel, Trouble Trouble)
{
    /// <summary>In one line, with what to do.</summary>
    public string Text => Trouble.ToString();

    /// <summary>What a peer would call it; null: peers do not see it.</summary>
    public RefusalCode? Code { get; init; }
}

/// <summary>One certificate of ours as <c>tunnel check</c> shows it; all text is safe to print.</summary>
/// <param name="Left">
/// Until <paramref name="NotAfter"/>, in words: <c>29 days left</c>, <c>expired 2 days ago</c>.
/// </param>
public sealed record CertificateReport(
    CertificateFileRole Role,
    string File,
    string Subject,
    string Sans,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter,
    string Left,
    IReadOnlyList<SetupWarning> Warnings
);
