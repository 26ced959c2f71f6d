using System.Security.Authentication;
using Tunnel.Config;

namespace Tunnel.Tls;

/// <summary>Turns settings into profiles: opens the files they name and builds the policy about the peer.</summary>
public static class TlsProfiles
{
    /// <exception cref="CertificateException">With the faults of all files at once.</exception>
    public static TlsProfile ForClient(ClientSettings settings)
    {
        var serverName = HostRule.WithoutLastDot(settings.Tls.ServerName ?? settings.RemoteServer.Host);
        var (own, anchors, crls, _) = Load(settings.Tls, TunnelRole.Server);
        var policy = PeerPolicy.ForServers(
            anchors ?? throw new CertificateException("remote_server.server_ca_cert is needed to trust any server"),
            serverName
        );
        return Create(TunnelRole.Client, settings.Tls, own, policy) with { ServerName = serverName, Crls = crls };
    }

    /// <exception cref="CertificateException">With the faults of all files at once.</exception>
    public static TlsProfile ForServer(ServerSettings settings)
    {
        var (own, anchors, crls, ticketSecrets) = Load(settings.Tls, TunnelRole.Client);
        var present = own ?? throw new CertificateException("tls.server_cert and tls.server_key are needed");
        var policy = PeerPolicy.ForClients(anchors, settings.Tls.AllowedClientNames);
        return Create(TunnelRole.Server, settings.Tls, present, policy) with
        {
            TicketSecrets = ticketSecrets,
            Crls = crls,
        };
    }

    private static TlsProfile Create(TunnelRole role, TlsSettings tls, OwnCertificate? own, PeerPolicy policy) =>
        new()
        {
            Role = role,
            Own = own,
            Policy = policy,
            Versions = VersionsFrom(tls.MinVersion),
            SessionResumption = tls.SessionResumption,
            Ciphers = tls.Ciphers,
            CipherSuites = tls.CipherSuites,
            Groups = tls.Groups,
        };

    private static (OwnCertificate? Own, TrustAnchors? Anchors, RevocationLists? Crls, TicketSecrets? Tickets) Load(
        TlsSettings tls,
        TunnelRole peer
    )
    {
        var faults = new List<string>();
        var own = Collect(() => LoadOwn(tls), faults);
        var anchors = Collect(() => tls.PeerCaFile is { } file ? TrustAnchors.Load(file, peer) : null, faults);
        var crls = Collect(() => tls.CrlFile is { } file ? RevocationLists.Load(file) : null, faults);
        var tickets = Collect(() => tls.TicketKeyFile is { } file ? TicketSecrets.Load(file) : null, faults);
        return faults.Count == 0 ? (own, anchors, crls, tickets) : throw new CertificateException(faults);
    }

    private static OwnCertificate? LoadOwn(TlsSettings tls) =>
        (tls.CertFile, tls.KeyFile) switch
        {
            ({ } certFile, { } keyFile) => LoadOwn(certFile, keyFile, tls),
            (null, null) => null,
            ({ } certFile, null) => throw new CertificateException(
                $"certificate file {certFile} is set without its key file"
            ),
            (null, { } keyFile) => throw new CertificateException(
                $"key file {keyFile} is set without its certificate file"
            ),
        };

    private static OwnCertificate LoadOwn(FileSetting certFile, FileSetting keyFile, TlsSettings tls)
    {
        using var password = KeyPassword.Resolve(tls);
        return OwnCertificate.Load(certFile, keyFile, password);
    }

    private static T? Collect<T>(Func<T?> load, List<string> faults)
        where T : class
    {
        try
        {
            return load();
        }
        catch (CertificateException e)
        {
            faults.AddRange(e.Faults);
            return null;
        }
    }

    private static SslProtocols VersionsFrom(Version minVersion) =>
        minVersion >= new Version(1, 3) ? SslProtocols.Tls13 : SslProtocols.Tls12 | SslProtocols.Tls13;
}
