using System.Net;
using Tunnel.Net;
using Tunnel.Opening;
using Tunnel.Tls;
using Tunnel.Tunnels;

namespace Tunnel.Cli.Doctor;

/// <summary>
/// Another visit to a server that a session could not be opened to, with a handshake that asks for one thing only. It
/// trusts whoever answers, and sends nothing.
/// </summary>
internal sealed class OtherLook(TunnelCandidate tunnel, Engine engine)
{
    // As an endpoint of openssl takes it, and small: without ML-KEM a ClientHello fits into any packet.
    private const string SmallGroups = "X25519:P-256";

    /// <summary>What time it is at the server; null: it does not say.</summary>
    public async Task<DateTimeOffset?> ClockAsync(int server, EndPoint at)
    {
        var profile = ProfileOf(server) with { ApplicationProtocols = [Greeting.ClockProtocol] };
        var report = await VisitAsync(profile, at).ConfigureAwait(false);
        return report.Greeting?.ReadClock();
    }

    /// <summary>What the server says of us when we do not judge it.</summary>
    public Task<VisitReport> TrustingAsync(int server, EndPoint at) => VisitAsync(ProfileOf(server), at);

    /// <summary>The shortest ClientHello that there is, which names nobody.</summary>
    public Task<VisitReport> BareAsync(int server, EndPoint at)
    {
        var profile = ProfileOf(server) with { ServerName = null };
        return VisitAsync(IsOpenSsl ? profile with { Groups = SmallGroups } : profile, at);
    }

    private bool IsOpenSsl => tunnel.Backend.StartsWith("OpenSSL", StringComparison.Ordinal);

    private TlsProfile ProfileOf(int server) =>
        tunnel.Profile.ForLooking with
        {
            ServerName = TlsProfiles.ServerNameOf(tunnel.Settings.Forward.Targets[server], tunnel.Settings.Tls),
            ApplicationProtocols = [Greeting.Protocol],
        };

    /// <summary>A visit with a handshake of another kind.</summary>
    public async Task<VisitReport> VisitAsync(TlsProfile profile, EndPoint at)
    {
        using var endpoint = BackendChoice.For(tunnel.Settings.Tls.Backend).Backend.CreateEndpoint(profile);
        return await tunnel.VisitTo(0, engine, endpoint).PayAsync(at).ConfigureAwait(false);
    }
}
