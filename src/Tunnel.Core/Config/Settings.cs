namespace Tunnel.Config;

/// <summary>A host and a port. The host is an IPv4 or IPv6 address or a name; names are resolved when they are used.</summary>
public sealed record HostPort(string Host, int Port)
{
    /// <summary><c>host:port</c>, with brackets round an IPv6 address.</summary>
    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}

/// <summary>Everything <c>tunnel client</c> reads from its file.</summary>
public sealed record ClientSettings(
    HostPort LocalListener,
    HostPort RemoteServer,
    TlsSettings Tls,
    TimeoutSettings Timeouts,
    ReconnectSettings Reconnect,
    LoggingSettings Logging,
    MonitorSettings Monitor
);

/// <summary>Everything <c>tunnel server</c> reads from its file.</summary>
public sealed record ServerSettings(
    HostPort ServerListener,
    HostPort TargetService,
    TlsSettings Tls,
    TimeoutSettings Timeouts,
    LoggingSettings Logging,
    MonitorSettings Monitor
);

/// <summary>The TLS part of either role, as written: files are not opened here.</summary>
public sealed record TlsSettings
{
    /// <summary>PEM file: our certificate, followed by its intermediates if it has any. Null: present none (client only).</summary>
    public FileSetting? CertFile { get; init; }

    /// <summary>PEM file with the private key of <see cref="CertFile"/>.</summary>
    public FileSetting? KeyFile { get; init; }

    /// <summary>File whose first line is the password of <see cref="KeyFile"/>.</summary>
    public FileSetting? KeyPasswordFile { get; init; }

    /// <summary>Environment variable that holds the password of <see cref="KeyFile"/>.</summary>
    public string? KeyPasswordEnv { get; init; }

    /// <summary>PEM file with the roots that the peer's chain must end in. Null: the server asks for no client certificate.</summary>
    public FileSetting? PeerCaFile { get; init; }

    /// <summary>Server: names of which the client must bear one (CN or SAN, <c>*.</c> for one label). Empty: all that the CA vouches for.</summary>
    public IReadOnlyList<string> AllowedClientNames { get; init; } = [];

    /// <summary>Client: the name to send as SNI and to find among the server's SANs. Null: the host we connect to.</summary>
    public string? ServerName { get; init; }

    /// <summary>Lowest TLS version spoken, 1.2 or 1.3.</summary>
    public Version MinVersion { get; init; } = new(1, 2);

    public TlsBackendSetting Backend { get; init; } = TlsBackendSetting.Auto;

    /// <summary>Whether a returning peer may use a session ticket in place of a full handshake. Rules apply either way.</summary>
    public bool SessionResumption { get; init; } = true;

    /// <summary>Server: file with the secrets of which ticket keys are made; null: keys of this process alone. OpenSSL only.</summary>
    public FileSetting? TicketKeyFile { get; init; }

    /// <summary>File with the CRLs, PEM or DER, of all CAs above the peer's certificate; null: revocation is not checked. OpenSSL only.</summary>
    public FileSetting? CrlFile { get; init; }

    /// <summary>TLS 1.2 ciphers in OpenSSL's notation; null: the library's. OpenSSL only.</summary>
    public string? Ciphers { get; init; }

    /// <summary>TLS 1.3 cipher suites, colon-separated; null: the library's. OpenSSL only.</summary>
    public string? CipherSuites { get; init; }

    /// <summary>Key exchange groups, colon-separated, the best first; null: the library's. OpenSSL only.</summary>
    public string? Groups { get; init; }
}

/// <summary>Which implementation of TLS to use.</summary>
public enum TlsBackendSetting
{
    /// <summary>What is best on this platform: OpenSSL on Linux where libssl 3 loads, SslStream elsewhere.</summary>
    Auto,

    /// <summary>The .NET runtime's.</summary>
    SslStream,

    /// <summary>The system's libssl 3, called directly.</summary>
    OpenSsl,
}

/// <summary>Timeouts; null means off.</summary>
public sealed record TimeoutSettings
{
    /// <summary>Resolving and connecting to the far address, all its addresses together.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The whole TLS handshake, from the first byte to the last: a total, so a slow drip cannot stretch it.</summary>
    public TimeSpan Handshake { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Nothing in either direction.</summary>
    public TimeSpan? Idle { get; init; }

    /// <summary>A peer that takes nothing while we have bytes for it.</summary>
    public TimeSpan? Write { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Nothing flows although one direction has ended; rolling, so a long answer is never cut.</summary>
    public TimeSpan? HalfClose { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long live sessions may go on after SIGTERM or SIGINT.</summary>
    public TimeSpan Shutdown { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>How the client tries again: exponential backoff with full jitter.</summary>
public sealed record ReconnectSettings
{
    /// <summary>Upper bound of the first wait; doubles with each attempt.</summary>
    public TimeSpan InitialDelay { get; init; } = TimeSpan.FromSeconds(0.2);

    /// <summary>Upper bound of any wait.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Budget of one local connection, from its accept; zero: one attempt only.</summary>
    public TimeSpan MaxElapsed { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>How a line of the log is written.</summary>
public enum LogFormat
{
    Text,
    Json,
}

/// <summary>Levels of the log, from the most to the least talkative.</summary>
public enum LogLevelSetting
{
    Trace,
    Debug,
    Info,
    Warn,
    Error,
}

/// <summary>Console and file logging. <see cref="Format"/> is that of the file, or without a file that of the console.</summary>
public sealed record LoggingSettings
{
    public LogLevelSetting Level { get; init; } = LogLevelSetting.Info;

    /// <summary>Null: no file.</summary>
    public string? LogFile { get; init; }

    public LogFormat Format { get; init; } = LogFormat.Text;

    /// <summary>The file is archived when it grows past this.</summary>
    public int MaxSizeMiB { get; init; } = 100;

    /// <summary>Archives older than this are deleted.</summary>
    public int MaxAgeDays { get; init; } = 30;

    /// <summary>At most this many archives are kept.</summary>
    public int MaxFiles { get; init; } = 30;
}

/// <summary>The connection table's reports, and where a running tunnel tells its status.</summary>
public sealed record MonitorSettings
{
    /// <summary>Between two lines with the active count and the totals; null: none.</summary>
    public TimeSpan? Interval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Path of the Unix socket on which <c>tunnel status</c> is answered; null: none.</summary>
    public FileSetting? StatusSocket { get; init; }
}
