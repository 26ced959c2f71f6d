using System.Runtime.InteropServices;
using NUnit.Framework;
using Tunnel.OpenSsl;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.OpenSsl;

/// <summary>A client whose ticket can be got at.</summary>
internal sealed class TicketClient(TlsPeers peers) : IDisposable
{
    private readonly OpenSslContext _context = new(peers.Client);
    private readonly TicketJar _tickets = new();

    public void Dispose()
    {
        _tickets.Dispose();
        _context.Dispose();
    }

    /// <param name="part">Of the ticket that it shows: a byte in it is changed.</param>
    /// <returns>With the tickets that the client holds before and after the handshake.</returns>
    public async Task<(bool Resumed, string Offered, string Held)> ShakeAsync(
        OpenSslEndpoint server,
        string? part = null
    )
    {
        var (plain, channel) = await peers.ConnectAsync();
        var shaking = server.HandshakeAsync(channel);
        var session = new OpenSslSession(_context.Handle, server: false, "localhost");
        var near = TlsPeers.Adopt(plain);
        var handshaker = new Handshaker(
            session,
            near,
            new ConnectionState(session, peers.Client, null, _tickets, new())
        );
        _tickets.Offer(session);
        Spoil(session.Handle, part);
        var offered = TicketOf(session.Handle);
        Assert.That(await handshaker.RunAsync(), Is.Null);
        var info = handshaker.Describe("OpenSSL");
        var records = RecordsChoice.After(session, handshaker, peers.Client, info.Cipher);
        var outcome = new HandshakeOutcome
        {
            Transport = new OpenSslTransport(records, near, handshaker.Rest),
            Info = info,
        };
        var held = TicketOf(session.Handle);
        var far = await shaking;
        Assert.That(far.Info!.Resumed, Is.EqualTo(outcome.Info.Resumed));
        await TlsPeers.PassAndCloseAsync(outcome, far);
        return (outcome.Info.Resumed, offered, held);
    }

    private static string TicketOf(nint ssl)
    {
        if (SSL_get_session(ssl) is var session && session == 0)
        {
            return "";
        }

        SSL_SESSION_get0_ticket(session, out var ticket, out var length);
        var bytes = new byte[(int)length];
        if (ticket != 0)
        {
            Marshal.Copy(ticket, bytes, 0, bytes.Length);
        }

        return Convert.ToHexString(bytes);
    }

    private static void Spoil(nint ssl, string? part)
    {
        if (part is null)
        {
            return;
        }

        SSL_SESSION_get0_ticket(SSL_get_session(ssl), out var ticket, out var length);
        var at = part switch
        {
            "name" => 3,
            "iv" => 16 + 3,
            "content" => (int)length / 2,
            _ => (int)length - 1,
        };
        Marshal.WriteByte(ticket, at, (byte)(Marshal.ReadByte(ticket, at) ^ 0x20));
    }

    [DllImport("libssl.so.3")]
    private static extern nint SSL_get_session(nint ssl);

    [DllImport("libssl.so.3")]
    private static extern void SSL_SESSION_get0_ticket(nint session, out nint ticket, out nuint length);
}
