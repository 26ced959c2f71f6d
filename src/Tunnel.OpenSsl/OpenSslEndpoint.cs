using System.Net;
using System.Text;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Tls;

namespace Tunnel.OpenSsl;

/// <summary>
/// Runs OpenSSL's handshakes for one tunnel. When the outcome is known, a refused peer has already been sent an alert.
/// </summary>
internal sealed class OpenSslEndpoint(
    TlsProfile profile,
    string backend,
    Action<TlsNotice>? tell = null,
    TimeProvider? time = null
) : ITlsEndpoint
{
    private readonly string? _serverName = SniOf(profile.ServerName);
    private readonly OpenSslContext _context = Open(profile, tell, time ?? TimeProvider.System);
    private readonly TicketJar _tickets = new(time);
    private readonly TicketKeys? _ticketKeys = profile.TicketSecrets is { } secrets
        ? new TicketKeys(secrets, tell, time ?? TimeProvider.System)
        : null;

    public async Task<HandshakeOutcome> HandshakeAsync(
        SocketChannel channel,
        Chunk early = default,
        IPAddress? from = null
    )
    {
        var session = new OpenSslSession(_context.Handle, profile.Role == TunnelRole.Server, _serverName);
        var state = new ConnectionState(session, profile, _context.Crls, _tickets, _context.Peers)
        {
            From = from,
            TicketKeys = _ticketKeys?.Current,
            HasYoungTicket = profile.Role == TunnelRole.Client && _tickets.Offer(session),
        };
        var handshaker = new Handshaker(session, channel, state, early);
        try
        {
            var fault = await handshaker.RunAsync().ConfigureAwait(false);
            var info = handshaker.Describe(backend);
            if (fault is null && info.Resumed)
            {
                state.JudgeResumed();
                info = info with { Peer = state.Leaf, Chain = state.Chain };
                if (state.Refusal is not null)
                {
                    // The peer may have a new certificate by now, which only a full handshake shows.
                    _tickets.Forget();
                }
            }
            else if (fault is null && profile is { Role: TunnelRole.Client, Policy.RequiresCertificate: false })
            {
                info = info with { Peer = state.UnverifiedLeaf() };
            }

            if (fault is not null)
            {
                session.Dispose();
                return state.Refusal is { } refusal
                    ? new HandshakeOutcome
                    {
                        Refusal = refusal,
                        Info = info,
                        AlertIsSent = handshaker.AlertIsSent,
                    }
                    : new HandshakeOutcome { Fault = fault, AlertIsSent = handshaker.AlertIsSent };
            }

            info = info with { From = from, Access = state.Access };
            return new HandshakeOutcome
            {
                Transport = new OpenSslTransport(
                    RecordsChoice.After(session, handshaker, profile, info.Cipher),
                    channel,
                    handshaker.Rest
                ),
                Info = info,
                Refusal = state.Refusal,
            };
        }
        catch
        {
            handshaker.Discard();
            state.Secrets.Wipe();
            session.Dispose();
            throw;
        }
    }

    public Refusal? JudgeAgain(TlsInfo peer)
    {
        var refusal = profile.Policy.JudgeAgain(peer.Peer, peer.Chain, peer.From);
        if (refusal is not null || peer.Peer is not { } leaf || _context.Crls is not { } crls)
        {
            return refusal;
        }

        return (peer.Chain?.Certificates ?? [leaf])
            .Where(certificate => !AnchorRules.IsRoot(certificate))
            .Select(crls.JudgeAgain)
            .OfType<Refusal>()
            .OrderBy(fault => fault.Code == RefusalCode.RevocationUnknown)
            .FirstOrDefault();
    }

    public void Dispose()
    {
        _tickets.Dispose();
        _ticketKeys?.Dispose();
        SharedContexts.Return(_context, profile);
    }

    private static OpenSslContext Open(TlsProfile profile, Action<TlsNotice>? tell, TimeProvider time)
    {
        var context = SharedContexts.Rent(profile);
        if (tell is not null)
        {
            context.Inspect(profile, time.GetUtcNow()).ToList().ForEach(tell);
        }

        return context;
    }

    // An IP address must not be sent as SNI (RFC 6066 section 3); a name is ASCII, and libssl accepts 255 bytes.
    private static string? SniOf(string? name)
    {
        if (name is null || IPAddress.TryParse(name, out _))
        {
            return null;
        }

        return name.Length is > 0 and <= 255 && Ascii.IsValid(name) && !name.Contains('\0')
            ? name
            : throw new TlsSetupException(
                Trouble.Of(
                    $"server name {SafeText.Escape(name)} cannot be sent to a server",
                    "write it in ASCII, with at most 255 characters",
                    ": "
                )
            );
    }
}
