using Tunnel.Net;
using Tunnel.Relay;

namespace Tunnel.Opening;

/// <summary>A connection that was accepted and will become a session: what the steps of its opening share.</summary>
/// <param name="Ending">What else may end the session meanwhile, and what it then cuts.</param>
/// <param name="Enter">Called when a step begins.</param>
/// <param name="Stranger">Server: its place among the clients that have not shown who they are.</param>
internal sealed record Arrival(
    SocketChannel Front,
    SessionFacts Facts,
    Ending Ending,
    Action<SessionState> Enter,
    Stranger? Stranger
)
{
    public TunnelPlan Plan => Facts.Plan;

    /// <summary>Whoever connected to us is a load balancer, and has to say for whom.</summary>
    public bool IsFromBalancer => Plan.Proxy.ExpectsHeaderFrom(Front.RemoteEndPoint);

    public Engine Engine => Facts.Tunnel.Engine;
}
