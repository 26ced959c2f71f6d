using System.Net.Sockets;
using Tunnel.Net;
using Tunnel.Tls;

namespace Tunnel.Opening;

/// <summary>Receives the header with which a load balancer begins a connection, and not a byte more.</summary>
internal static class ProxyIntake
{
    // Held from the first byte on; most blocks of version 2 fit as well.
    private const int UsualBytes = ProxyLineReader.MostBytes;

    private const int MostBytesShown = 8;

    private const byte TlsHandshake = 22;

    /// <summary>For a load balancer that said nothing until its time was up.</summary>
    public static readonly Trouble Silent = Trouble.Of(
        "the load balancer sent nothing within the time for the TLS handshake",
        BalancerWanted
    );

    private const string BalancerWanted =
        "let it send a PROXY header (send-proxy-v2 in HAProxy, proxy_protocol on in nginx), or take its address out of "
        + "server_listener.proxy_protocol_from";

    /// <summary>The caller limits the time by aborting the channel.</summary>
    /// <returns>Without a fault: the client, or null if the connection is the load balancer's own.</returns>
    public static async Task<(ProxyRoute? Route, HandshakeFault? Fault)> ReceiveAsync(SocketChannel channel)
    {
        byte[] header = [];
        var length = 0;
        while (true)
        {
            var reading = ProxyHeaderReader.Read(header.AsSpan(0, length));
            if (reading.Step != ProxyStep.Wait)
            {
                return (reading.Route, FaultOf(reading, header.AsSpan(0, length)));
            }

            if (header.Length < length + reading.Missing)
            {
                Array.Resize(ref header, Math.Max(UsualBytes, length + reading.Missing));
            }

            var result = channel.Receive(header.AsSpan(length, reading.Missing));
            if (result.Error == SocketError.WouldBlock)
            {
                result = await channel.WaitReadableAsync().ConfigureAwait(false);
                if (result.Error == SocketError.Success)
                {
                    continue;
                }
            }

            if (result.Bytes == 0)
            {
                return (null, Ended(result, isEmpty: length == 0));
            }

            length += result.Bytes;
        }
    }

    private static HandshakeFault? FaultOf(ProxyReading reading, ReadOnlySpan<byte> header) =>
        reading.Step switch
        {
            ProxyStep.NoHeader => new(
                HandshakeFaultKind.NotTls,
                Trouble.Of(
                    $"the load balancer did not begin with a PROXY header (it begins {Words(header)})",
                    BalancerWanted
                )
            ),
            ProxyStep.Broken => new(
                HandshakeFaultKind.NotTls,
                Trouble.Of($"the load balancer sent a PROXY header that is not valid: {reading.Words}", BalancerWanted)
            ),
            _ => null,
        };

    private static string Words(ReadOnlySpan<byte> first) =>
        first[0] == TlsHandshake ? "as in TLS"
        : PlainProtocol.Recognise(first) is { } protocol and not PlainProtocol.ProxyHeader ? $"as in {protocol}"
        : $"with {Convert.ToHexStringLower(first[..Math.Min(first.Length, MostBytesShown)])}";

    private static HandshakeFault Ended(SocketResult result, bool isEmpty) =>
        result.Status == IoStatus.Aborted ? HandshakeFault.Harmless(HandshakeFaultKind.Aborted, "given up")
        : isEmpty ? HandshakeFault.Harmless(HandshakeFaultKind.Probe, "the load balancer left without sending a byte")
        : new(
            HandshakeFaultKind.PeerLeft,
            Trouble.Of(
                result.Error == SocketError.Success
                    ? "the load balancer closed the connection in the middle of its PROXY header"
                    : "the load balancer broke off in the middle of its PROXY header: "
                        + SocketErrors.Words(result.Error),
                "look into its log"
            )
        );
}
