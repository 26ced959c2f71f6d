using System.Net;

namespace Tunnel.Opening;

/// <summary>The two ends of the connection that a load balancer passes on to us.</summary>
/// <param name="From">The client.</param>
/// <param name="To">The address of the load balancer that it connected to.</param>
internal sealed record ProxyRoute(IPEndPoint From, IPEndPoint To);
