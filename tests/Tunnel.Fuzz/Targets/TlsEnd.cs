using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Tunnel.Certs;
using Tunnel.Config;
using Tunnel.OpenSsl;
using Tunnel.Tls;

namespace Tunnel.Fuzz.Targets;

/// <summary>One side of handshakes in memory, with all that its sessions share.</summary>
internal sealed record TlsEnd(TlsProfile Profile, OpenSslContext Context, TicketKeyRing? Ring)
{
    private readonly VerifiedPeers _peers = new();

    /// <summary>Client: what the server gave.</summary>
    public TicketJar Tickets { get; } = new();

    /// <summary>It lives as long as the process.</summary>
    public static TlsEnd Make(TunnelRole role, SslProtocols version, CertificateAuthority ca)
    {
        var isServer = role == TunnelRole.Server;
        var issued = isServer ? ca.IssueServer(["localhost"]) : ca.IssueClient("client");
        var anchors = new TrustAnchors("ca.crt", [X509Certificate2.CreateFromPem(ca.Own.CertificatePem)]);
        var profile = new TlsProfile
        {
            Role = role,
            Versions = version,
            Policy = isServer ? PeerPolicy.ForClients(anchors, []) : PeerPolicy.ForServers(anchors, "localhost"),
            Own = new OwnCertificate
            {
                Leaf = X509Certificate2.CreateFromPem(issued.CertificatePem, issued.KeyPem),
                Intermediates = [],
                CertFile = "own.crt",
            },
            ApplicationProtocols = ["x-tunnel/1"],
            TicketSecrets = isServer ? TicketSecrets.Load(Scratch.Holding(Secrets())) : null,
        };
        var ring = profile.TicketSecrets is { } secrets
            ? new TicketKeyRing(secrets, TicketKeyRing.PeriodAt(DateTimeOffset.UtcNow))
            : null;
        return new TlsEnd(profile, new OpenSslContext(profile), ring);
    }

    public ConnectionState Begin(OpenSslSession session) =>
        new(session, Profile, Context.Crls, Tickets, _peers) { TicketKeys = Ring };

    private static byte[] Secrets() => Encoding.ASCII.GetBytes(Convert.ToBase64String(new byte[48]));
}
