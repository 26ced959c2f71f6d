namespace Tunnel.Config;

/// <summary>The TLS settings of either role, as written: files are not opened here.</summary>
public sealed record TlsSettings
{
    /// <summary>
    /// PEM file: our certificate, followed by its intermediates if it has any. Null: present none (client only).
    /// </summary>
    public FileSetting? CertFile { get; init; }

    /// <summary>PEM file with the private key of <see cref="CertFile"/>.</summary>
    public FileSetting? KeyFile { get; init; }

    /// <summary>File whose first line is the password of <see cref="KeyFile"/>.</summary>
    public FileSetting? KeyPasswordFile { get; init; }

    /// <summary>Environment variable that holds the password of <see cref="KeyFile"/>.</summary>
    public string? KeyPasswordEnv { get; init; }

    /// <summary>
    /// PEM file with the roots that the peer's chain must end in. Null: the server asks for no client certificate.
    /// </summary>
    public FileSetting? PeerCaFile { get; init; }

    /// <summary>
    /// Server: the client must have one of these names (CN or SAN, <c>*.</c> for one label). Empty: all clients of the
    /// CA.
    /// </summary>
    public IReadOnlyList<string> AllowedClientNames { get; init; } = new ValueList<string>([]);

    /// <summary>
    /// Client: the name to send as SNI and to find among the server's SANs, for each server without a name of its own
    /// (<see cref="TargetSettings.ServerName"/>). Null: the host we connect to.
    /// </summary>
    public string? ServerName { get; init; }

    /// <summary>
    /// All files that are read when a tunnel starts; <see cref="TicketKeyFile"/> is looked at while it runs.
    /// </summary>
    public IEnumerable<FileSetting> Files =>
        new[] { CertFile, KeyFile, KeyPasswordFile, PeerCaFile, CrlFile }.OfType<FileSetting>();

    public TlsProfileSetting Profile { get; init; } = TlsProfileSetting.Compatible;

    public TlsRequirement Require { get; init; } = TlsRequirement.None;

    /// <summary>
    /// Lowest TLS version spoken, 1.2 or 1.3; 1.3 in any case with <see cref="TlsProfileSetting.Modern"/> and with
    /// <see cref="TlsRequirement.PostQuantum"/>.
    /// </summary>
    public Version MinVersion { get; init; } = new(1, 2);

    public TlsBackendSetting Backend { get; init; } = TlsBackendSetting.Auto;

    /// <summary>
    /// Whether a returning peer may use a session ticket instead of a full handshake. The rules apply either way.
    /// </summary>
    public bool SessionResumption { get; init; } = true;

    /// <summary>
    /// Server: file with the secrets that ticket keys are derived from; null: keys of this process alone. OpenSSL only.
    /// </summary>
    public FileSetting? TicketKeyFile { get; init; }

    /// <summary>
    /// File with the CRLs, PEM or DER, of all CAs above the peer's certificate; null: revocation is not checked.
    /// OpenSSL only.
    /// </summary>
    public FileSetting? CrlFile { get; init; }

    /// <summary>What happens to live sessions whose peer would not be let in any more.</summary>
    public OnRevokedSetting OnRevoked { get; init; } = OnRevokedSetting.Close;

    /// <summary>TLS 1.2 ciphers in OpenSSL's notation; null: the library's. OpenSSL only.</summary>
    public string? Ciphers { get; init; }

    /// <summary>TLS 1.3 cipher suites, colon-separated; null: the library's. OpenSSL only.</summary>
    public string? CipherSuites { get; init; }

    /// <summary>Key exchange groups, colon-separated, the best first; null: the library's. OpenSSL only.</summary>
    public string? Groups { get; init; }
}

/// <summary>How new the TLS of every peer must be.</summary>
public enum TlsProfileSetting
{
    /// <summary>TLS 1.2 or 1.3, with what the library offers.</summary>
    Compatible,

    /// <summary>TLS 1.3, and keys are exchanged over elliptic curves, with ML-KEM beside them where possible.</summary>
    Modern,
}

/// <summary>What a handshake must have; without it there is no connection.</summary>
public enum TlsRequirement
{
    None,

    /// <summary>A key exchange that a quantum computer cannot undo later: a hybrid with ML-KEM (FIPS 203).</summary>
    PostQuantum,
}

/// <summary>What happens to live sessions whose peer would not be let in any more.</summary>
public enum OnRevokedSetting
{
    /// <summary>They are ended with RST.</summary>
    Close,

    /// <summary>They go on, and the log says so.</summary>
    Warn,
}

/// <summary>Which implementation of TLS to use.</summary>
public enum TlsBackendSetting
{
    /// <summary>The best one for this platform: OpenSSL on Linux where libssl 3 loads, SslStream elsewhere.</summary>
    Auto,

    /// <summary>The .NET runtime's.</summary>
    SslStream,

    /// <summary>The system's libssl 3, called directly.</summary>
    OpenSsl,
}
