namespace Tunnel.Tls;

/// <summary>
/// What the CN of a peer's leaf counts for among <c>allowed_client_cns</c>. It depends on the chain alone, so that it can
/// be remembered with a verified peer and kept in a session ticket. The numbers stand in tickets.
/// </summary>
public enum CommonNameUse : byte
{
    /// <summary>For nothing: a CA of the chain has name constraints that the CN, taken as a DNS name, is not within.</summary>
    Nothing = 0,

    /// <summary>As a DNS name: a CA of the chain has name constraints, and the CN is within them.</summary>
    DnsName = 1,

    /// <summary>As any kind of name: no CA of the chain has name constraints.</summary>
    AnyName = 2,
}
