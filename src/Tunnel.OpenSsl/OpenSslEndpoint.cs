using System.Net;
using Tunnel.Net;
using Tunnel.Tls;

namespace Tunnel.Tls.OpenSslBackend;

/// <summary>Runs OpenSSL's handshakes for one tunnel. A refused peer has been told by an alert when the outcome is there.</summary>
internal sealed class OpenSslEndpoint(TlsProfile profile, string backend) : ITlsEndpoint
{
    private readonly OpenSslContext _context = new(profile);
    private readonly TicketJar _tickets = new();

    // An IP address must not be sent as SNI (RFC 6066 section 3).
    private readonly string? _sni = IPAddress.TryParse(profile.ServerName, out _) ? null : profile.ServerName;

    public async Task<HandshakeOutcome> HandshakeAsync(SocketChannel channel)
    {
        var session = new OpenSslSession(_context.Handle, profile.Role == TlsRole.Server, _sni);
        try
        {
            if (profile.Role == TlsRole.Client)
            {
                _tickets.Offer(session);
            }

            var handshaker = new Handshaker(session, channel, profile.Policy, _context.Crls, _tickets);
            var fault = await handshaker.RunAsync().ConfigureAwait(false);
            var info = handshaker.Describe(backend);
            if (fault is null && info.Resumed)
            {
                handshaker.JudgeResumed();
                info = info with { Peer = handshaker.Leaf };
            }

            if (fault is not null)
            {
                session.Dispose();
                return handshaker.Refusal is { } refusal
                    ? new HandshakeOutcome { Refusal = refusal, Info = info }
                    : new HandshakeOutcome { Fault = fault };
            }

            return new HandshakeOutcome
            {
                Transport = new OpenSslTransport(session, channel, handshaker),
                Info = info,
                Refusal = handshaker.Refusal,
            };
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _tickets.Dispose();
        _context.Dispose();
    }
}
