using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls;

/// <summary>Whom we accept at the other end of a handshake. One instance per tunnel; immutable; thread-safe.</summary>
public sealed class PeerPolicy
{
    // Without trust nothing else in a certificate means anything; a name only matters once all the rest is right.
    private static readonly RefusalCode[] _mostUsefulFirst =
    [
        RefusalCode.NoCertificate,
        RefusalCode.BadSignature,
        RefusalCode.SelfSigned,
        RefusalCode.UntrustedIssuer,
        RefusalCode.MissingIntermediate,
        RefusalCode.Revoked,
        RefusalCode.RevocationUnknown,
        RefusalCode.OtherChainFault,
        RefusalCode.Expired,
        RefusalCode.NotYetValid,
        RefusalCode.WrongUsage,
        RefusalCode.WrongName,
    ];

    private readonly TlsRole _peer;
    private readonly Func<X509Certificate2, string?> _nameFault;

    private PeerPolicy(TlsRole peer, TrustAnchors? anchors, Func<X509Certificate2, string?> nameFault)
    {
        _peer = peer;
        _nameFault = nameFault;
        Anchors = anchors;
    }

    /// <summary>Which side is judged.</summary>
    public TlsRole Peer => _peer;

    /// <summary>What the peer's chain must end in; null when no certificate is asked for.</summary>
    public TrustAnchors? Anchors { get; }

    /// <summary>False only for a server whose <c>client_ca_cert</c> is blank on purpose.</summary>
    public bool RequiresCertificate => Anchors is not null;

    /// <summary>A client's policy: the server's chain ends in <paramref name="anchors"/> and its SANs hold the name.</summary>
    /// <param name="serverName">A DNS name or an IP address.</param>
    public static PeerPolicy ForServers(TrustAnchors anchors, string serverName) =>
        new(TlsRole.Server, anchors, leaf => ServerNameFault(leaf, serverName));

    /// <summary>A server's policy: the client's chain ends in <paramref name="anchors"/> and it bears an allowed name.</summary>
    /// <param name="anchors">Null: clients need no certificate, and all are welcome.</param>
    /// <param name="allowedNames">As <see cref="NameRules.MatchesAllowed"/> takes them. Empty: all that the CA vouches for.</param>
    public static PeerPolicy ForClients(TrustAnchors? anchors, IReadOnlyList<string> allowedNames) =>
        new(TlsRole.Client, anchors, leaf => AllowedNameFault(leaf, allowedNames));

    /// <summary>A fresh chain policy for one handshake: our roots only, no downloads, the usage the peer's role needs.</summary>
    public X509ChainPolicy CreateChainPolicy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            DisableCertificateDownloads = true,
            RevocationMode = X509RevocationMode.NoCheck,
            VerificationFlags = X509VerificationFlags.NoFlag,
        };
        policy.ApplicationPolicy.Add(new Oid(CertificateUsage.OidFor(_peer)));
        foreach (var anchor in Anchors?.Certificates ?? [])
        {
            policy.CustomTrustStore.Add(anchor);
        }
        return policy;
    }

    /// <summary>Null when the peer is welcome; else why not. <paramref name="chain"/> has been built with <see cref="CreateChainPolicy"/>.</summary>
    public Refusal? Judge(X509Certificate2? leaf, X509Chain? chain)
    {
        if (Anchors is null)
        {
            return null;
        }
        if (leaf is null)
        {
            return new(
                RefusalCode.NoCertificate,
                $"the {(_peer == TlsRole.Client ? "client" : "server")} sent no certificate"
            );
        }
        if (chain is null)
        {
            return new(RefusalCode.OtherChainFault, "no chain has been built for the certificate");
        }
        try
        {
            var faults = ChainFaults.Find(leaf, chain, Anchors, _peer, DateTimeOffset.UtcNow);
            return Combine(_nameFault(leaf) is { } fault ? [.. faults, new(RefusalCode.WrongName, fault)] : faults);
        }
        catch (CryptographicException e)
        {
            return new(RefusalCode.OtherChainFault, $"the certificate cannot be read: {SafeText.Escape(e.Message)}");
        }
    }

    /// <summary>For a backend that has verified the chain itself: only the rules about names.</summary>
    public Refusal? JudgeNames(X509Certificate2 leaf) =>
        _nameFault(leaf) is { } fault ? new Refusal(RefusalCode.WrongName, fault) : null;

    /// <summary>
    /// For a resumed session, whose chain was good when the session began: it must not have expired meanwhile, and must
    /// still bear an allowed name.
    /// </summary>
    public Refusal? JudgeResumed(X509Certificate2? leaf)
    {
        if (leaf is null || !RequiresCertificate)
        {
            return Judge(leaf, null);
        }
        return leaf.NotAfter.ToUniversalTime() < DateTime.UtcNow
            ? new Refusal(RefusalCode.Expired, $"certificate expired on {Instants.Format(leaf.NotAfter)}")
            : JudgeNames(leaf);
    }

    /// <summary>Plain words for a chain that a backend has refused by itself.</summary>
    /// <param name="sent">What the peer sent besides its leaf.</param>
    /// <param name="backendWords">What the backend says, for a fault that is not found in the chain again.</param>
    public Refusal Explain(X509Certificate2 leaf, X509Certificate2Collection sent, string backendWords)
    {
        using var chain = new X509Chain { ChainPolicy = CreateChainPolicy() };
        chain.ChainPolicy.ExtraStore.AddRange(sent);
        _ = chain.Build(leaf);
        return Judge(leaf, chain) ?? new Refusal(RefusalCode.OtherChainFault, backendWords);
    }

    private static Refusal? Combine(IReadOnlyList<Refusal> faults)
    {
        var sorted = faults.OrderBy(fault => Array.IndexOf(_mostUsefulFirst, fault.Code)).ToList();
        return sorted.Count == 0
            ? null
            : new(sorted[0].Code, string.Join("; ", sorted.Select(fault => fault.Reason).Distinct()));
    }

    private static string? ServerNameFault(X509Certificate2 leaf, string serverName) =>
        NameRules.MatchesServerName(leaf, serverName)
            ? null
            : $"name {serverName} is not among {SubjectAltNames.Of(leaf)}";

    private static string? AllowedNameFault(X509Certificate2 leaf, IReadOnlyList<string> allowedNames)
    {
        if (allowedNames.Count == 0 || NameRules.MatchesAllowed(leaf, allowedNames))
        {
            return null;
        }
        var commonName = CommonName.Of(leaf) is { } name ? $"CN={SafeText.Escape(name)}" : "no CN";
        return $"{commonName}, {SubjectAltNames.Of(leaf)} matches none of allowed_client_cns: {string.Join(", ", allowedNames)}";
    }
}
