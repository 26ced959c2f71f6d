using Tunnel.Net;

namespace Tunnel.Tls;

/// <summary>Turns what a backend knows of a failed handshake into the tunnel's vocabulary.</summary>
public static class HandshakeFaults
{
    // RFC 8446 section 5.1.
    private const byte ContentTypeAlert = 21;
    private const byte ContentTypeHandshake = 22;

    /// <param name="ended">How the connection ended; <see cref="IoStatus.Ok"/> if it had not.</param>
    /// <param name="received">Bytes that the peer has sent.</param>
    /// <param name="firstByte">The first of them.</param>
    /// <param name="faultDetail">Words for a connection that failed.</param>
    /// <param name="errorText">What the TLS library says, in OpenSSL's words.</param>
    public static HandshakeFault Classify(
        IoStatus ended,
        long received,
        byte? firstByte,
        string? faultDetail,
        string errorText
    )
    {
        if (ended == IoStatus.Aborted)
        {
            return new HandshakeFault(HandshakeFaultKind.Aborted, "given up");
        }

        if (ended != IoStatus.Ok && received == 0)
        {
            return new HandshakeFault(HandshakeFaultKind.Probe, "the peer left without sending a byte");
        }

        if (AlertWords.FindIn(errorText) is { } alert)
        {
            return alert;
        }

        if (firstByte is { } first && first != ContentTypeHandshake && first != ContentTypeAlert)
        {
            return new HandshakeFault(
                HandshakeFaultKind.NotTls,
                $"the peer does not speak TLS (its first byte is 0x{first:x2})"
            );
        }

        return ended switch
        {
            IoStatus.Reset => new(HandshakeFaultKind.PeerLeft, "the peer reset the connection during the handshake"),
            IoStatus.Eof => new(HandshakeFaultKind.PeerLeft, "the peer closed the connection during the handshake"),
            IoStatus.Failed => new(HandshakeFaultKind.PeerLeft, faultDetail ?? "the connection failed"),
            _ => new HandshakeFault(HandshakeFaultKind.Protocol, errorText),
        };
    }
}
