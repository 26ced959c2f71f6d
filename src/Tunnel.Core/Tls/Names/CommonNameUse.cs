namespace Tunnel.Tls;

/// <summary>
/// How the CN of a peer's leaf counts for <c>allowed_client_cns</c>. It depends only on the chain, so it can be
/// remembered with a verified peer and kept in a session ticket. The numbers are stored in tickets.
/// </summary>
public enum CommonNameUse : byte
{
    /// <summary>Not at all: a CA of the chain has name constraints, and the CN as a DNS name is outside them.</summary>
    Nothing = 0,

    /// <summary>As a DNS name: a CA of the chain has name constraints, and the CN is within them.</summary>
    DnsName = 1,

    /// <summary>As any kind of name: no CA of the chain has name constraints.</summary>
    AnyName = 2,
}
