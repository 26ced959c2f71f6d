using System.Security.Cryptography.X509Certificates;
using Tunnel.Tls;

namespace Tunnel.Tests.TestKit;

/// <summary>Does with a certificate what the TLS stack does: builds its chain, then asks the policy.</summary>
public static class Verdicts
{
    public static Refusal? Judge(this PeerPolicy policy, TestCertificate peer)
    {
        using var chain = Build(policy.CreateChainPolicy(), peer);
        return policy.Judge(peer.Certificate, chain);
    }

    /// <summary>The chain of a peer's leaf, with what the peer sends along at hand.</summary>
    public static X509Chain Build(X509ChainPolicy policy, TestCertificate peer)
    {
        policy.ExtraStore.AddRange(peer.Sent.ToArray());
        var chain = new X509Chain { ChainPolicy = policy };
        chain.Build(peer.Certificate);
        return chain;
    }
}
