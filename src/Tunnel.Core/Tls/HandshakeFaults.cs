using Tunnel.Config;
using Tunnel.Net;

namespace Tunnel.Tls;

/// <summary>Turns what a backend knows about a failed handshake into the tunnel's vocabulary.</summary>
public static class HandshakeFaults
{
    // RFC 8446 section 5.1.
    private const byte ContentTypeAlert = 21;
    private const byte ContentTypeHandshake = 22;

    /// <param name="peer">Which side the peer is.</param>
    /// <param name="ended">How the connection ended; <see cref="IoStatus.Ok"/> if it had not.</param>
    /// <param name="first">The first bytes that the peer has sent.</param>
    /// <param name="faultDetail">Words for a connection that failed.</param>
    /// <param name="errorText">The TLS library's message, in OpenSSL's words.</param>
    public static HandshakeFault Classify(
        TunnelRole peer,
        IoStatus ended,
        in FirstBytes first,
        string? faultDetail,
        string errorText
    )
    {
        if (ended == IoStatus.Aborted)
        {
            return HandshakeFault.Harmless(HandshakeFaultKind.Aborted, "given up");
        }

        if (first.IsEmpty && ended != IoStatus.Ok && peer == TunnelRole.Client)
        {
            return HandshakeFault.Harmless(HandshakeFaultKind.Probe, "the peer left without sending a byte");
        }

        if (first.IsEmpty && ended is (IoStatus.Eof or IoStatus.Reset))
        {
            return new HandshakeFault(HandshakeFaultKind.PeerLeft, NotTlsWords.NoAnswer);
        }

        if (AlertWords.FindIn(errorText) is { } alert)
        {
            return alert;
        }

        if (first.ToArray() is [not (ContentTypeHandshake or ContentTypeAlert), ..] plain)
        {
            return new HandshakeFault(HandshakeFaultKind.NotTls, NotTlsWords.Of(peer, plain));
        }

        return ended switch
        {
            IoStatus.Reset => Left("the peer reset the connection during the handshake"),
            IoStatus.Eof => Left("the peer closed the connection during the handshake"),
            IoStatus.Failed => Left(faultDetail ?? "the connection failed"),
            _ => new HandshakeFault(
                HandshakeFaultKind.Protocol,
                Trouble.Of(
                    errorText,
                    "compare tls.min_version, ciphers and groups of both sides; if they agree, the peer is no tunnel"
                )
            ),
        };
    }

    private static HandshakeFault Left(string words) =>
        new(
            HandshakeFaultKind.PeerLeft,
            Trouble.Of(words, "see the peer's log at this moment; if it has no such line, something on the way did it")
        );
}
