using Tunnel.Net;

namespace Tunnel.Tls.SslStreamBackend;

/// <summary>Turns what SslStream throws in a handshake into the tunnel's vocabulary.</summary>
internal static class SslStreamFaults
{
    public static HandshakeFault Classify(Exception thrown, ChannelStream stream)
    {
        if (stream.Ended == IoStatus.Aborted)
        {
            return new HandshakeFault(HandshakeFaultKind.Aborted, "given up");
        }

        if (stream.Ended != IoStatus.Ok && stream.BytesReceived == 0)
        {
            return new HandshakeFault(HandshakeFaultKind.Probe, "the peer left without sending a byte");
        }

        var text = Innermost(thrown);
        if (AlertWords.FindIn(text) is { } alert)
        {
            return alert;
        }

        if (stream.FirstByte is { } first && first != ContentTypeHandshake && first != ContentTypeAlert)
        {
            return new HandshakeFault(
                HandshakeFaultKind.NotTls,
                $"the peer does not speak TLS (its first byte is 0x{first:x2})"
            );
        }

        return stream.Ended switch
        {
            IoStatus.Reset => new HandshakeFault(
                HandshakeFaultKind.PeerLeft,
                "the peer reset the connection during the handshake"
            ),
            IoStatus.Eof => new HandshakeFault(
                HandshakeFaultKind.PeerLeft,
                "the peer closed the connection during the handshake"
            ),
            IoStatus.Failed => new HandshakeFault(
                HandshakeFaultKind.PeerLeft,
                stream.FaultDetail ?? "the connection failed"
            ),
            _ => new HandshakeFault(HandshakeFaultKind.Protocol, text),
        };
    }

    // RFC 8446 section 5.1.
    private const int ContentTypeAlert = 21;
    private const int ContentTypeHandshake = 22;

    /// <summary>OpenSSL's own words, which SslStream wraps once or twice; an alert is only named there.</summary>
    public static string Innermost(Exception e)
    {
        while (e.InnerException is { } inner)
        {
            e = inner;
        }

        return e.Message;
    }
}
