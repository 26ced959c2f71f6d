using System.Net;

namespace Tunnel.Tls;

/// <summary>Whether a peer with certain certificates would be accepted, found out without a connection.</summary>
/// <param name="Refusal">Null: it would.</param>
/// <param name="By">The entry of <c>access</c> that lets it in; null: the CA alone decides.</param>
/// <param name="Audit">What entries that are only tried out would do otherwise; null: nothing.</param>
public sealed record PeerAnswer(Refusal? Refusal, string? By, string? Audit)
{
    /// <param name="endpoint">It alone knows who is revoked.</param>
    /// <param name="from">The address that it connects from, or, of a server, has; null: not said.</param>
    /// <param name="server">Client: which of its servers is meant.</param>
    public static PeerAnswer Of(
        PeerPolicy policy,
        SharedEndpoint endpoint,
        PresentedCertificates presented,
        IPAddress? from,
        int server = 0
    )
    {
        var (chain, refusal) = policy.JudgePresented(presented.Leaf, presented.Others, from);
        var peer = new TlsInfo("-", "-", false, "-", null, presented.Leaf) { Chain = chain, From = from };
        refusal ??= endpoint.JudgeAgain(peer, server);
        if (refusal is not null || chain is null)
        {
            return new PeerAnswer(refusal, null, null);
        }

        var access = policy.AccessOf(presented.Leaf, chain, PeerPolicy.CommonNameUseOf(chain), from);
        return new PeerAnswer(null, access.By, access.Audit);
    }
}
