using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Tls;

/// <summary>Whom we accept at the other end of a handshake. One instance per tunnel; immutable; thread-safe.</summary>
public sealed class PeerPolicy
{
    /// <summary>False only for a server whose <c>client_ca_cert</c> is blank on purpose.</summary>
    public bool RequiresCertificate => throw new NotSupportedException();

    /// <summary>A fresh chain policy for one handshake: our roots only, no downloads, the usage the peer's role needs.</summary>
    public X509ChainPolicy CreateChainPolicy() => throw new NotSupportedException();

    /// <summary>Null when the peer is welcome; else why not. <paramref name="chain"/> has been built with <see cref="CreateChainPolicy"/>.</summary>
    public Refusal? Judge(X509Certificate2? leaf, X509Chain? chain) => throw new NotSupportedException();
}
