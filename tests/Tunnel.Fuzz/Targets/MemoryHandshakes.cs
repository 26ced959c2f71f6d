using System.Security.Authentication;
using Tunnel.Certs;
using Tunnel.Config;
using Tunnel.OpenSsl;

namespace Tunnel.Fuzz.Targets;

/// <summary>A ClientHello that offers a ticket.</summary>
/// <param name="Ticket">As it stands in the hello.</param>
internal sealed record TicketOffer(TlsEnd Server, byte[] Hello, byte[] Ticket);

/// <summary>Handshakes between a server and a client of ours without a network, and tickets that they gave.</summary>
internal static class MemoryHandshakes
{
    private const int RoomBytes = 64 * 1024;

    private static readonly Lazy<IReadOnlyList<TicketOffer>> _offers = new(() =>
        [Offer(SslProtocols.Tls12), Offer(SslProtocols.Tls13)]
    );

    /// <summary>One for each version.</summary>
    public static IReadOnlyList<TicketOffer> Offers => _offers.Value;

    /// <summary>What a server makes of a first flight.</summary>
    /// <param name="pieces">The flight, as it comes in.</param>
    public static (TlsStatus Status, bool Resumed, int Answered) Answer(TicketOffer offer, byte[][] pieces)
    {
        using var session = new OpenSslSession(offer.Server.Context.Handle, server: true, null);
        var state = offer.Server.Begin(session);
        var (status, answered) = (TlsStatus.WantRead, 0);
        var output = new byte[RoomBytes];
        byte[] held = [];
        foreach (var piece in pieces)
        {
            held = [.. held, .. piece];
            using var stay = OpenSslCallbacks.Enter(state);
            status = session.Handshake(held, output, out var consumed, out var written);
            held = held[consumed..];
            answered += written;
            if (status != TlsStatus.WantRead)
            {
                break;
            }
        }

        state.Secrets.Wipe();
        return (status, LibSsl.SSL_session_reused(session.Handle) == 1, answered);
    }

    private static TicketOffer Offer(SslProtocols version)
    {
        using var ca = CertificateAuthority.Create("ca");
        var (server, client) = (
            TlsEnd.Make(TunnelRole.Server, version, ca),
            TlsEnd.Make(TunnelRole.Client, version, ca)
        );
        Shake(server, client);
        using var session = new OpenSslSession(client.Context.Handle, server: false, null);
        var state = client.Begin(session);
        client.Tickets.Offer(session);
        var output = new byte[RoomBytes];
        using var stay = OpenSslCallbacks.Enter(state);
        session.Handshake([], output, out _, out var written);
        var hello = output[..written];
        return new TicketOffer(server, hello, TicketIn(hello, version));
    }

    private static void Shake(TlsEnd server, TlsEnd client)
    {
        using var up = new OpenSslSession(client.Context.Handle, server: false, null);
        using var down = new OpenSslSession(server.Context.Handle, server: true, null);
        var (upState, downState) = (client.Begin(up), server.Begin(down));
        byte[] toClient = [];
        for (var flights = 0; flights < 2; flights++)
        {
            var toServer = Step(up, upState, toClient);
            toClient = Step(down, downState, toServer);
        }

        // The ticket comes last, in TLS 1.3 behind the handshake.
        using var stay = OpenSslCallbacks.Enter(upState);
        up.Read(toClient, new byte[RoomBytes], new byte[RoomBytes], out _, out _, out _);
    }

    private static byte[] Step(OpenSslSession session, ConnectionState state, byte[] input)
    {
        var output = new byte[RoomBytes];
        using var stay = OpenSslCallbacks.Enter(state);
        session.Handshake(input, output, out _, out var written);
        return output[..written];
    }

    /// <summary>
    /// SessionTicket (RFC 5077 section 3.2), or the first identity of pre_shared_key (RFC 8446 section 4.2.11).
    /// </summary>
    private static byte[] TicketIn(byte[] hello, SslProtocols version)
    {
        // Headers of record and message, version and random; then a session id, suites, and compression methods.
        var at = 5 + 4 + 2 + 32;
        at += 1 + hello[at];
        at += 2 + ((hello[at] << 8) | hello[at + 1]);
        at += 1 + hello[at] + 2;
        var wanted = version == SslProtocols.Tls12 ? 35 : 41;
        while (((hello[at] << 8) | hello[at + 1]) != wanted)
        {
            at += 4 + ((hello[at + 2] << 8) | hello[at + 3]);
        }

        at += version == SslProtocols.Tls12 ? 2 : 6;
        var length = (hello[at] << 8) | hello[at + 1];
        return hello[(at + 2)..(at + 2 + length)];
    }
}
