using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary>How a <see cref="ProcessPair"/> differs from a good one.</summary>
public sealed record ProcessPairOptions
{
    /// <summary>Null: what the program chooses.</summary>
    public BackendPair? Backends { get; init; }

    /// <summary>Certificates that are not good.</summary>
    public PairOptions Certificates { get; init; } = new();

    /// <summary>Sections of the server's configuration that a good one does not have.</summary>
    public string Server { get; init; } = "";

    /// <summary>Likewise of the client's.</summary>
    public string Client { get; init; } = "";

    /// <summary>More of the server's <c>monitor</c> section: <c>, key: value</c>.</summary>
    public string ServerMonitor { get; init; } = "";

    /// <summary>Likewise of the client's.</summary>
    public string ClientMonitor { get; init; } = "";

    /// <summary>Whether a test without root's rights may look at the processes (<c>/proc/PID</c>).</summary>
    public bool CanBeSeen { get; init; }

    /// <summary>The address where the server listens, and the client looks for it.</summary>
    public string ServerHost { get; init; } = "127.0.0.1";

    /// <summary>More of the server's <c>server_listener</c> section: <c>, key: value</c>.</summary>
    public string ServerListener { get; init; } = "";

    /// <summary>Likewise of its <c>target_service</c> section.</summary>
    public string Target { get; init; } = "";

    /// <summary>Where the client believes the server to be; null: where it is.</summary>
    public int? RemotePort { get; init; }

    /// <summary>More of the server's <c>tls</c> section: <c>, key: value</c>.</summary>
    public string ServerTls { get; init; } = "";

    /// <summary>In place of the client's own certificate.</summary>
    public bool ClientHasNoCertificate { get; init; }

    /// <summary>The longest that a client tries again.</summary>
    public double MaxElapsedSeconds { get; init; } = 10;

    /// <summary>The server's limit on open files; null: the machine's.</summary>
    public int? ServerOpenFiles { get; init; }

    /// <summary>Commands that start the two processes, such as one that moves them into a cgroup.</summary>
    public Func<string, string[]> Under { get; init; } = _ => [];

    /// <summary>Of the log.</summary>
    public bool Verbose { get; init; } = true;
}
