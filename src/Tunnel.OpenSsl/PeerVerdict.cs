using System.Security.Cryptography.X509Certificates;
using Tunnel.Tls;

namespace Tunnel.OpenSsl;

/// <summary>The verdict about a peer's certificates, before the names are checked.</summary>
/// <param name="Leaf">The peer's own certificate.</param>
/// <param name="Chain">The chain that was found good; shared with other sessions.</param>
/// <param name="CommonNameUse">How its CN counts.</param>
/// <param name="Refusal">Null when the chain is good.</param>
internal readonly record struct PeerVerdict(
    X509Certificate2 Leaf,
    JudgedChain? Chain,
    CommonNameUse CommonNameUse,
    Refusal? Refusal
)
{
    public static PeerVerdict Good(JudgedChain chain, CommonNameUse commonNameUse) =>
        new(chain.Certificates[0], chain, commonNameUse, null);

    public static PeerVerdict No(X509Certificate2 leaf, Refusal refusal) =>
        new(leaf, null, CommonNameUse.Nothing, refusal);
}
