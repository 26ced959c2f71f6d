using System.Net;

namespace Tunnel.Config;

/// <summary>Where a server speaks the PROXY protocol, which says who is at the other end of a proxy.</summary>
public sealed record ProxySettings
{
    /// <summary>Whoever connects from these networks is a load balancer, and sends a header first.</summary>
    public IReadOnlyList<IPNetwork> From { get; init; } = new ValueList<IPNetwork>([]);

    /// <summary>The header that the target gets before the first byte of the client.</summary>
    public ProxyVersion ToTarget { get; init; }

    /// <summary>
    /// Whether somebody who has connected to us is such a load balancer. An IPv4 address in IPv6 (RFC 4291 section
    /// 2.5.5.2) is in the networks of IPv4.
    /// </summary>
    public bool ExpectsHeaderFrom(EndPoint peer)
    {
        if (peer is IPEndPoint { Address: var address })
        {
            foreach (var network in From)
            {
                if (network.Contains(address))
                {
                    return true;
                }
            }
        }

        return false;
    }
}

/// <summary>The header's format: sections 2.1 and 2.2 of the PROXY protocol's specification.</summary>
public enum ProxyVersion
{
    /// <summary>No header.</summary>
    None,

    /// <summary>A line of text.</summary>
    V1,

    /// <summary>Binary, with more about the client.</summary>
    V2,
}
