using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tunnel.Config;

namespace Tunnel.Tls;

/// <summary>Whom we accept at the other end of a handshake. One instance per tunnel; immutable; thread-safe.</summary>
public sealed class PeerPolicy
{
    // Without trust nothing else in a certificate means anything; a name only matters when all the rest is right.
    private static readonly RefusalCode[] _mostUsefulFirst =
    [
        RefusalCode.NoCertificate,
        RefusalCode.BadSignature,
        RefusalCode.SelfSigned,
        RefusalCode.UntrustedIssuer,
        RefusalCode.MissingIntermediate,
        RefusalCode.Revoked,
        RefusalCode.RevocationUnknown,
        RefusalCode.TooLarge,
        RefusalCode.OtherChainFault,
        RefusalCode.TooWeak,
        RefusalCode.Expired,
        RefusalCode.NotYetValid,
        RefusalCode.WrongUsage,
        RefusalCode.WrongName,
        RefusalCode.NotAllowed,
    ];

    private readonly TunnelRole _peer;
    private readonly string? _serverName;
    private readonly AccessRules _access;
    private readonly Authorities? _authorities;

    private PeerPolicy(TunnelRole peer, TrustAnchors? anchors, string? serverName, AccessRules access)
    {
        _peer = peer;
        _serverName = serverName;
        _access = access;
        Anchors = anchors;
        _authorities = anchors is null ? null : new Authorities(anchors);
    }

    /// <summary>Which side is judged.</summary>
    public TunnelRole Peer => _peer;

    /// <summary>What the peer's chain must end in; null when no certificate is asked for.</summary>
    public TrustAnchors? Anchors { get; }

    /// <summary>
    /// False only for a server whose <c>client_ca_cert</c> is blank on purpose, and with
    /// <see cref="ForLookingAtServers"/>.
    /// </summary>
    public bool RequiresCertificate => Anchors is not null;

    /// <summary>
    /// A client's policy: the server's chain ends in <paramref name="anchors"/> and its SANs hold the name.
    /// </summary>
    /// <param name="serverName">A DNS name or an IP address.</param>
    /// <param name="access">What else is asked of it; null: nothing.</param>
    public static PeerPolicy ForServers(TrustAnchors anchors, string serverName, AccessRules? access = null) =>
        new(TunnelRole.Server, anchors, serverName, access ?? AccessRules.None);

    /// <summary>
    /// Of a client that only looks at a server, whoever it is, and sends it nothing: all are accepted. Never for a
    /// session.
    /// </summary>
    public static PeerPolicy ForLookingAtServers() => new(TunnelRole.Server, null, null, AccessRules.None);

    /// <summary>
    /// A server's policy: the client's chain ends in <paramref name="anchors"/>, and the rules let it in.
    /// </summary>
    /// <param name="anchors">Null: clients need no certificate, and all are accepted.</param>
    public static PeerPolicy ForClients(TrustAnchors? anchors, AccessRules access) =>
        new(TunnelRole.Client, anchors, null, access);

    /// <param name="allowedNames">
    /// As <see cref="NameRules.MatchesAllowed"/> takes them. Empty: all clients of the CA.
    /// </param>
    /// <inheritdoc cref="ForClients(TrustAnchors, AccessRules)"/>
    public static PeerPolicy ForClients(TrustAnchors? anchors, IReadOnlyList<string> allowedNames) =>
        ForClients(anchors, new AccessRules(AccessSettings.None, allowedNames));

    /// <summary>The same for a server with another name.</summary>
    public PeerPolicy For(string serverName) => new(TunnelRole.Server, Anchors, serverName, _access);

    /// <summary>
    /// A fresh chain policy for one handshake: our roots only, no downloads, the usage the peer's role needs.
    /// </summary>
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

    /// <summary>
    /// Null when the peer is accepted; else why not. <paramref name="chain"/> has been built with
    /// <see cref="CreateChainPolicy"/>.
    /// </summary>
    /// <param name="from">The address it connects from, or that we connect to; null: not by IP.</param>
    public Refusal? Judge(X509Certificate2? leaf, X509Chain? chain, IPAddress? from = null)
    {
        if (Anchors is null)
        {
            return null;
        }

        if (leaf is null)
        {
            return new(RefusalCode.NoCertificate, $"the {_peer.Word()} sent no certificate");
        }

        if (chain is null || JudgedChain.From(chain, leaf) is not { } built)
        {
            return NoChain(leaf);
        }

        // The builder was given what the peer sent; a server's leaf is among it.
        return JudgeSent(chain.ChainPolicy.ExtraStore.Count(sent => !sent.Equals(leaf)) + 1) ?? Judge(built, from);
    }

    /// <summary>Applies all rules to a chain that a backend has built.</summary>
    public Refusal? Judge(JudgedChain chain, IPAddress? from = null)
    {
        return Readable(() =>
        {
            var faults = ChainFaults.Find(chain, Anchors!, _peer, DateTimeOffset.UtcNow);
            return Combine(
                JudgeUnguarded(chain.Certificates[0], chain, CommonNameUseOf(chain), from) is { } fault
                    ? [.. faults, fault]
                    : faults
            );
        });
    }

    /// <summary>For certificates that have not come by a connection: everything but revocation.</summary>
    /// <param name="others">What would be sent behind the leaf.</param>
    /// <returns>The chain as far as it could be built; null also where no certificate is asked for.</returns>
    public (JudgedChain? Chain, Refusal? Refusal) JudgePresented(
        X509Certificate2 leaf,
        IReadOnlyList<X509Certificate2> others,
        IPAddress? from
    )
    {
        if (Anchors is null)
        {
            return (null, null);
        }

        var built = Build(leaf, others);
        return (built, JudgeSent(others.Count + 1) ?? (built is null ? NoChain(leaf) : Judge(built, from)));
    }

    /// <summary>
    /// For a backend that has verified the chain itself: all rules except those about names, which are applied at each
    /// handshake.
    /// </summary>
    public Refusal? JudgeVerified(JudgedChain chain) =>
        Readable(() => Combine(ChainFaults.Find(chain, Anchors!, _peer, DateTimeOffset.UtcNow)));

    /// <summary>Plain words for a chain that a backend has refused itself.</summary>
    /// <param name="chain">At least the leaf and the certificate at fault, of what the backend has built.</param>
    /// <param name="backendWords">The backend's message, for a fault that the certificates do not show.</param>
    public Refusal Explain(JudgedChain chain, string backendWords) =>
        Judge(chain) ?? new Refusal(RefusalCode.OtherChainFault, backendWords);

    /// <summary>How the CN of a good chain's leaf counts: needed again whenever its names are judged.</summary>
    public static CommonNameUse CommonNameUseOf(JudgedChain chain) =>
        NameConstraints.UseOf(CommonName.Of(chain.Certificates[0]), chain.Certificates.Skip(1));

    /// <summary>The rules about names and access, for a chain that is good.</summary>
    /// <param name="chain">Null when it is not known here.</param>
    public Refusal? JudgeAccess(X509Certificate2 leaf, JudgedChain? chain, CommonNameUse use, IPAddress? from) =>
        Readable(() => JudgeUnguarded(leaf, chain, use, from));

    /// <summary>What the rules about access say about a peer that was let in.</summary>
    public AccessVerdict AccessOf(X509Certificate2? leaf, JudgedChain? chain, CommonNameUse use, IPAddress? from) =>
        leaf is null || Anchors is null || !_access.HasList
            ? AccessVerdict.Unasked
            : _access.Judge(new AccessRequest(leaf, chain, use, from));

    private Refusal? JudgeUnguarded(X509Certificate2 leaf, JudgedChain? chain, CommonNameUse use, IPAddress? from) =>
        _serverName is not null && ServerNames.FaultOf(leaf, _serverName) is { } fault
            ? new Refusal(RefusalCode.WrongName, fault)
            : _access.Judge(new AccessRequest(leaf, chain, use, from)).Refusal;

    /// <summary>Before any signature is verified: did the peer send more than real chains have?</summary>
    /// <param name="certificates">How many came, the leaf included.</param>
    public Refusal? JudgeSent(int certificates) =>
        certificates > ChainLimits.MostCertificates
            ? new(
                RefusalCode.TooLarge,
                $"the {_peer.Word()} sent {certificates} certificates; at most {ChainLimits.MostCertificates} are "
                    + "allowed: "
                    + "it must send only its own and the intermediates up to the CA"
            )
            : null;

    /// <summary>
    /// For a resumed session, whose chain was good when the session began: it must not have expired since, and must
    /// still be let in.
    /// </summary>
    public Refusal? JudgeResumed(X509Certificate2? leaf, JudgedChain? chain, CommonNameUse use, IPAddress? from)
    {
        if (leaf is null || !RequiresCertificate)
        {
            return Judge(leaf, null);
        }

        return Readable(() =>
            Validity.FaultOf("certificate", leaf, DateTimeOffset.UtcNow) ?? JudgeUnguarded(leaf, chain, use, from)
        );
    }

    /// <summary>
    /// For a peer that was accepted before, perhaps by other rules: all rules, except that signatures which lead to an
    /// anchor of ours are not verified again.
    /// </summary>
    /// <param name="chain">By which it was accepted; null when nobody here has seen it.</param>
    public Refusal? JudgeAgain(X509Certificate2? leaf, JudgedChain? chain, IPAddress? from = null)
    {
        if (Anchors is null || leaf is null)
        {
            return Judge(leaf, null);
        }

        return chain is not null && Anchors.Contains(chain.Certificates[^1])
            ? Judge(chain, from)
            : Readable(() => JudgeRebuilt(leaf, chain, from));
    }

    /// <summary>The old chain ends nowhere: the CA may have a new certificate, or be gone.</summary>
    private Refusal? JudgeRebuilt(X509Certificate2 leaf, JudgedChain? old, IPAddress? from) =>
        Build(leaf, old?.Certificates.Skip(1) ?? []) is { } built ? Judge(built, from) : NoChain(leaf);

    /// <summary>A chain of ours for a peer that was accepted elsewhere.</summary>
    /// <param name="intermediates">That may be above it.</param>
    /// <returns>Null when it leads to no anchor.</returns>
    public JudgedChain? ChainOf(X509Certificate2 leaf, IEnumerable<X509Certificate2> intermediates)
    {
        try
        {
            if (
                Anchors is null
                || Build(leaf, intermediates) is not { } built
                || !Anchors.Contains(built.Certificates[^1])
            )
            {
                return null;
            }

            var others = built.Certificates.Skip(1).Select(one => X509CertificateLoader.LoadCertificate(one.RawData));
            return WithSharedAuthorities(JudgedChain.Good([leaf, .. others]));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private JudgedChain? Build(X509Certificate2 leaf, IEnumerable<X509Certificate2> others)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy = CreateChainPolicy();
        foreach (var authority in others.Concat(_authorities!.Known))
        {
            chain.ChainPolicy.ExtraStore.Add(authority);
        }

        _ = chain.Build(leaf);
        return JudgedChain.From(chain, leaf);
    }

    /// <summary>The same chain, with CAs that are not kept in memory for each peer.</summary>
    public JudgedChain WithSharedAuthorities(JudgedChain chain) =>
        chain with
        {
            Certificates =
            [
                chain.Certificates[0],
                .. chain.Certificates.Skip(1).Select(authority => _authorities?.Share(authority) ?? authority),
            ],
        };

    /// <summary>
    /// A certificate may have parts, such as dates, that are found to make no sense only when they are asked for.
    /// </summary>
    private static Refusal? Readable(Func<Refusal?> judge)
    {
        try
        {
            return judge();
        }
        catch (CryptographicException e)
        {
            return new(RefusalCode.OtherChainFault, $"the certificate cannot be read: {SafeText.Escape(e.Message)}");
        }
    }

    private static Refusal NoChain(X509Certificate2 leaf) =>
        new(RefusalCode.OtherChainFault, $"no chain has been built for certificate {NameText.Subject(leaf)}");

    private static Refusal? Combine(IReadOnlyList<Refusal> faults)
    {
        var sorted = faults.OrderBy(fault => Array.IndexOf(_mostUsefulFirst, fault.Code)).ToList();
        return sorted.Count == 0
            ? null
            : new(sorted[0].Code, string.Join("; ", sorted.Select(fault => fault.Reason).Distinct()));
    }
}
