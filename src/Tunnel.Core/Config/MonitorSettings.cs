using System.Net;

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

    /// <summary>Null: no status over HTTP.</summary>
    public HttpSettings? Http { get; init; }

    /// <summary>Null: metrics are sent nowhere.</summary>
    public OtlpSettings? Otlp { get; init; }
}

/// <summary>Where status, metrics and the page are served.</summary>
/// <param name="Address">One of this machine, or any of them.</param>
/// <param name="Port">0: any free one.</param>
/// <param name="TokenFile">Holds the token that who asks has to show; null: nobody has to.</param>
public sealed record HttpSettings(IPAddress Address, int Port, FileSetting? TokenFile);

/// <summary>Where metrics are sent, by OTLP over HTTP with protobuf.</summary>
/// <param name="Interval">Between two exports.</param>
public sealed record OtlpSettings(Uri Endpoint, TimeSpan Interval);
