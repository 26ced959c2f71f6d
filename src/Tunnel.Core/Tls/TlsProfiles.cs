using System.Security.Authentication;
using Tunnel.Config;

namespace Tunnel.Tls;

/// <summary>Turns settings into profiles: opens the files they name and builds the policy about the peer.</summary>
public static class TlsProfiles
{
    /// <param name="shared">What other tunnels of the same configuration have read; null: this one reads alone.</param>
    /// <returns>For a client of several servers, the profile for the first of them.</returns>
    /// <exception cref="TlsSetupException">With the faults of all files at once.</exception>
    public static TlsProfile Of(TunnelSettings settings, SharedFiles? shared = null)
    {
        shared ??= new SharedFiles();
        var tls = settings.Tls;
        // Before they are read: what changes meanwhile is then taken for a change.
        var fingerprint = shared.Once(new ValueList<FileSetting>(tls.Files), () => FileFingerprint.Of(tls.Files));
        var (own, anchors, crls, ticketSecrets) = Load(tls, settings.Role.Peer(), shared);
        var access = new AccessRules(settings.Access, tls.AllowedClientNames);
        var serverName = settings.Role == TunnelRole.Client ? ServerNameOf(settings.Forward.Targets[0], tls) : null;
        return new TlsProfile
        {
            Role = settings.Role,
            Own = settings.Role == TunnelRole.Client ? own : own ?? throw NoCertificate(),
            Policy = serverName is null
                ? PeerPolicy.ForClients(anchors, access)
                : PeerPolicy.ForServers(anchors ?? throw NoAnchors(), serverName, access),
            ServerName = serverName,
            Fingerprint = fingerprint,
            Versions = VersionsOf(tls),
            SessionResumption = tls.SessionResumption,
            TicketSecrets = ticketSecrets,
            Crls = crls,
            Ciphers = tls.Ciphers,
            CipherSuites = tls.CipherSuites,
            Groups = tls.Groups,
            KeyExchange = KeyExchangeOf(tls),
        };
    }

    /// <summary>The name of one of a client's servers.</summary>
    public static string ServerNameOf(TargetSettings server, TlsSettings tls) =>
        HostRule.WithoutLastDot(server.ServerName ?? tls.ServerName ?? ((HostPort)server.Address).Host);

    private static TlsSetupException NoCertificate() =>
        new(Trouble.Of("tls.server_cert and tls.server_key are required", "name the two files"));

    private static TlsSetupException NoAnchors() =>
        new(
            Trouble.Of(
                "remote_server.server_ca_cert is required: without it no server can be trusted",
                "name the file with the CA of the server's certificate"
            )
        );

    private static (OwnCertificate? Own, TrustAnchors? Anchors, RevocationLists? Crls, TicketSecrets? Tickets) Load(
        TlsSettings tls,
        TunnelRole peer,
        SharedFiles shared
    )
    {
        var faults = new List<Trouble>();
        var own = Collect(() => LoadOwn(tls, shared), faults);
        var anchors = Collect(
            () => tls.PeerCaFile is { } file ? shared.Once((file, peer), () => CaFile.Load(file, peer)) : null,
            faults
        );
        var crls = Collect(
            () => tls.CrlFile is { } file ? shared.Once(file, () => RevocationLists.Load(file)) : null,
            faults
        );
        var tickets = Collect(() => tls.TicketKeyFile is { } file ? TicketSecrets.Load(file) : null, faults);
        return faults.Count == 0 ? (own, anchors, crls, tickets) : throw new TlsSetupException(faults);
    }

    private static OwnCertificate? LoadOwn(TlsSettings tls, SharedFiles shared) =>
        (tls.CertFile, tls.KeyFile) switch
        {
            ({ } certFile, { } keyFile) => shared.Once(
                // By whether a key must be its owner's alone, too: files are equal when their paths are.
                (certFile, keyFile, keyFile.OwnerOnly, tls.KeyPasswordFile, tls.KeyPasswordEnv),
                () => LoadOwn(certFile, keyFile, tls)
            ),
            (null, null) => null,
            ({ } certFile, null) => throw new TlsSetupException(
                Trouble.Of($"certificate file {certFile} is set without its key file", "set both, or neither", ": ")
            ),
            (null, { } keyFile) => throw new TlsSetupException(
                Trouble.Of($"key file {keyFile} is set without its certificate file", "set both, or neither", ": ")
            ),
        };

    private static OwnCertificate LoadOwn(FileSetting certFile, FileSetting keyFile, TlsSettings tls)
    {
        using var password = KeyPassword.Resolve(tls);
        return OwnCertificate.Load(certFile, keyFile, password);
    }

    private static T? Collect<T>(Func<T?> load, List<Trouble> faults)
        where T : class
    {
        try
        {
            return load();
        }
        catch (TlsSetupException e)
        {
            faults.AddRange(e.Troubles);
            return null;
        }
    }

    private static KeyExchange KeyExchangeOf(TlsSettings tls) =>
        tls switch
        {
            { Require: TlsRequirement.PostQuantum } => KeyExchange.PostQuantum,
            { Profile: TlsProfileSetting.Modern } => KeyExchange.EllipticCurves,
            _ => KeyExchange.OfLibrary,
        };

    private static SslProtocols VersionsOf(TlsSettings tls) =>
        tls.MinVersion >= new Version(1, 3) || KeyExchangeOf(tls) != KeyExchange.OfLibrary
            ? SslProtocols.Tls13
            : SslProtocols.Tls12 | SslProtocols.Tls13;
}
