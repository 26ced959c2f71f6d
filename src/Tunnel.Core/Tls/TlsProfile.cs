using System.Security.Authentication;
using Tunnel.Config;

namespace Tunnel.Tls;

/// <summary>
/// All that a handshake needs, resolved once when the tunnel starts and then immutable. Both backends use it, and both
/// ask <see cref="Policy"/> about the peer.
/// </summary>
public sealed record TlsProfile
{
    public required TunnelRole Role { get; init; }

    /// <summary>What we present. Null only for a client that presents nothing.</summary>
    public OwnCertificate? Own { get; init; }

    /// <summary>Whom we accept.</summary>
    public required PeerPolicy Policy { get; init; }

    /// <summary>
    /// Client: the name sent as SNI (never an IP address, RFC 6066 section 3) and checked against the server's SANs.
    /// </summary>
    public string? ServerName { get; init; }

    /// <summary>Of the files it was made from; empty when it was made from none.</summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>The versions we speak.</summary>
    public required SslProtocols Versions { get; init; }

    /// <summary>
    /// Application protocols (RFC 7301), the preferred one first: offered by a client, accepted by a server. In each of
    /// them a server can tell why it refuses a client, so when one is agreed the handshake itself succeeds. A peer that
    /// knows none of them gets plain TLS.
    /// </summary>
    public IReadOnlyList<string> ApplicationProtocols { get; init; } = [];

    /// <summary>
    /// Server: that of them in which a client that is refused only because of dates gets an answer and no alert, so
    /// that both can compare their clocks; null: none.
    /// </summary>
    public string? DatesProtocol { get; init; }

    /// <summary>Whether session tickets are issued and used.</summary>
    public bool SessionResumption { get; init; } = true;

    /// <summary>Server: what the ticket keys are derived from; null: keys of this server alone.</summary>
    public TicketSecrets? TicketSecrets { get; init; }

    /// <summary>Revocation lists of the CAs above the peer; null: revocation is not checked.</summary>
    public RevocationLists? Crls { get; init; }

    /// <summary>TLS 1.2 ciphers, TLS 1.3 suites and groups in OpenSSL's notation; null: the library's choice.</summary>
    public string? Ciphers { get; init; }

    /// <inheritdoc cref="Ciphers"/>
    public string? CipherSuites { get; init; }

    /// <inheritdoc cref="Ciphers"/>
    public string? Groups { get; init; }

    /// <summary>Which key exchanges may be agreed; <see cref="Groups"/> may narrow all but the last.</summary>
    public KeyExchange KeyExchange { get; init; }

    /// <summary>All that our files hold: our own, its intermediates, and the CAs for peers.</summary>
    public IEnumerable<FiledCertificate> Certificates =>
        [
            .. Own is { } own
                ? own.Intermediates.Prepend(own.Leaf).Select(c => new FiledCertificate(own.CertFile, c))
                : [],
            .. Policy.Anchors is { } anchors
                ? anchors.Certificates.Select(c => new FiledCertificate(anchors.File, c))
                : [],
        ];

    /// <summary>
    /// Client: the same for looking at a server that we may not trust. No byte of an application may be sent over it.
    /// </summary>
    public TlsProfile ForLooking =>
        this with
        {
            Policy = PeerPolicy.ForLookingAtServers(),
            Crls = null,
            SessionResumption = false,
        };

    /// <summary>Client: the same for a server with another name.</summary>
    public TlsProfile For(string serverName) => this with { ServerName = serverName, Policy = Policy.For(serverName) };
}
