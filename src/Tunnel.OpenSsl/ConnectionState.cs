using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tunnel.Tls;

namespace Tunnel.OpenSsl;

/// <summary>
/// What libssl's callbacks read and write for one connection: in its handshake, and after it when tickets arrive. It
/// holds the verdict about the peer.
/// </summary>
internal sealed class ConnectionState(
    OpenSslSession session,
    TlsProfile profile,
    NativeCrls? crls,
    TicketJar tickets,
    VerifiedPeers peers
)
{
    // ssl.h
    private const int Tls13Version = 0x0304;

    public PeerPolicy Policy => profile.Policy;

    public bool RequiresPostQuantum => profile.KeyExchange == KeyExchange.PostQuantum;

    public IReadOnlyList<string> ApplicationProtocols => profile.ApplicationProtocols;

    public NativeCrls? Crls => crls;

    public TicketJar Tickets => tickets;

    public VerifiedPeers Peers => peers;

    /// <summary>The peer's address.</summary>
    public IPAddress? From { get; init; }

    /// <summary>What the rules about access say about a peer that is let in.</summary>
    public AccessVerdict Access =>
        Refusal is null
            ? Policy.AccessOf(Leaf, Chain, SessionNotes.CommonNameUseOf(session.Handle), From)
            : AccessVerdict.Unasked;

    /// <summary>Server: what seals and opens tickets in this handshake; null: libssl's own keys.</summary>
    public TicketKeyRing? TicketKeys { get; init; }

    /// <summary>Client: the offered ticket is good for later connections too.</summary>
    public bool HasYoungTicket { get; init; }

    /// <summary>Set by the verification callback.</summary>
    public Refusal? Refusal { get; set; }

    /// <summary>Set by the verification callback; on resumption taken from the session.</summary>
    public X509Certificate2? Leaf { get; set; }

    /// <summary>By which the peer was accepted, as far as it is known here.</summary>
    public JudgedChain? Chain { get; set; }

    /// <summary>Set by the key log callback.</summary>
    public TrafficSecrets Secrets { get; } = new();

    /// <summary>
    /// Server: the client speaks a protocol of ours, so we complete the handshake and then tell it why it is not
    /// served. The protocol is selected before the client's certificate arrives.
    /// </summary>
    public bool CanTellByProtocol => LibSsl.SSL_is_server(session.Handle) == 1 && AgreedProtocol() is not null;

    /// <summary>
    /// Server: the client wants to hear what is wrong with dates. It stays refused, and nothing of its session may be
    /// kept that it could come back with: with TLS 1.2 libssl would.
    /// </summary>
    public bool TellsDates =>
        CanTellByProtocol
        && profile.DatesProtocol is { } name
        && AgreedProtocol() == name
        && LibSsl.SSL_version(session.Handle) == Tls13Version;

    public unsafe string? AgreedProtocol()
    {
        byte* name;
        uint length;
        LibSsl.SSL_get0_alpn_selected(session.Handle, &name, &length);
        return ProtocolNames.Find(ApplicationProtocols, new ReadOnlySpan<byte>(name, (int)length));
    }

    /// <summary>
    /// In a resumed handshake no certificate is sent and OpenSSL verifies none: the session's certificate must still
    /// satisfy the current rules.
    /// </summary>
    public void JudgeResumed()
    {
        var peer = LibSsl.SSL_get1_peer_certificate(session.Handle);
        if (peer != 0)
        {
            (Leaf, Chain) = peers.Resumed(peer, ChainOf);
            LibCrypto.X509_free(peer);
        }

        Refusal =
            Policy.JudgeResumed(Leaf, Chain, SessionNotes.CommonNameUseOf(session.Handle), From)
            ?? (Leaf is null ? null : crls?.JudgeAgain(Leaf));
    }

    /// <summary>What a peer has presented that nobody judges; null when it cannot be read.</summary>
    public X509Certificate2? UnverifiedLeaf()
    {
        var peer = LibSsl.SSL_get1_peer_certificate(session.Handle);
        try
        {
            return peer == 0 ? null : NativeCertificates.ToManaged(peer);
        }
        catch (CryptographicException)
        {
            return null;
        }
        finally
        {
            LibCrypto.X509_free(peer);
        }
    }

    /// <summary>For <see cref="JudgeResumed"/>, which sees the leaf without the chain that was judged here.</summary>
    public void Remember(PeerVerdict verdict) =>
        SessionNotes.Write(session.Handle, verdict.CommonNameUse, verdict.Chain);

    /// <summary>The chain of a peer whose ticket comes from another server, or that has been forgotten.</summary>
    private JudgedChain? ChainOf(X509Certificate2 leaf) =>
        Policy.ChainOf(leaf, SessionNotes.IntermediatesOf(session.Handle));

    /// <summary>A refused peer must not get a ticket to come back with.</summary>
    public void SendNoTickets() => _ = LibSsl.SSL_set_num_tickets(session.Handle, 0);
}
