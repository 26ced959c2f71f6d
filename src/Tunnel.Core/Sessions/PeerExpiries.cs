using Tunnel.Opening;
using Tunnel.Tls;

namespace Tunnel.Sessions;

/// <summary>Warns of peers whose certificate, or a CA's above it, expires soon: they will not be let in then.</summary>
internal sealed class PeerExpiries(TunnelState tunnel)
{
    private readonly ExpirySteps _steps = new();

    /// <summary>A peer has been let in, or is still there.</summary>
    public void See(TlsInfo peer)
    {
        var now = tunnel.Engine.Time.GetUtcNow();
        if (peer.Peer is not { } leaf || peer.ExpiresAt is not { } end || end - now > ExpirySteps.First)
        {
            return;
        }

        var expiring = peer.Chain?.Certificates.MinBy(Validity.EndOf) ?? leaf;
        if (_steps.IsDue(expiring, now))
        {
            SessionLog.ExpiresSoon(tunnel, leaf, expiring, now);
        }
    }
}
