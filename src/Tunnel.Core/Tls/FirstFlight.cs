using System.Net.Sockets;
using System.Numerics;
using Tunnel.Config;
using Tunnel.Net;

namespace Tunnel.Tls;

/// <summary>
/// What a client says first, received before any TLS state exists. A client that says nothing costs a socket, and one
/// that sends a part of a ClientHello costs that part.
/// </summary>
/// <param name="Hello">A complete ClientHello and what came after it; empty if there is a fault.</param>
/// <param name="Fault">Why there is no handshake.</param>
/// <param name="AlertIsSent">The client has been sent the reason, and needs a moment to read it.</param>
internal readonly record struct FirstFlight(Chunk Hello, HandshakeFault? Fault = null, bool AlertIsSent = false)
{
    // Small pieces share one array; usually the part is a hello's first segment of some 1,400 bytes.
    private const int LeastKeptBytes = 64;

    /// <summary>The caller limits the time by aborting the channel.</summary>
    public static async Task<FirstFlight> ReceiveAsync(SocketChannel channel)
    {
        var gate = new ClientHelloGate();
        byte[] kept = [];
        var length = 0;
        while (true)
        {
            var ready = await channel.WaitReadableAsync().ConfigureAwait(false);
            if (ready.Error != SocketError.Success)
            {
                return Ended(ready, kept.AsSpan(0, length));
            }

            var room = length < BufferPool.Small / 2 ? BufferPool.Small : ClientHelloGate.MostBytes;
            var buffer = BufferPool.Rent(room);
            kept.AsSpan(0, length).CopyTo(buffer);
            var result = channel.Receive(buffer.AsSpan(length, room - length));
            length += result.Bytes;
            var flight = buffer.AsSpan(0, length);
            var step = result.Bytes > 0 ? gate.Look(flight) : GateStep.Wait;
            if (step == GateStep.Pass)
            {
                return new FirstFlight(Chunk.Of(buffer, length));
            }

            if (result.Bytes > 0)
            {
                kept = Keep(kept, flight);
            }

            BufferPool.Return(buffer);
            if (step == GateStep.Refuse)
            {
                return await RefuseAsync(channel, gate.Fault, kept.AsMemory(0, length)).ConfigureAwait(false);
            }

            if (result.Bytes == 0 && result.Error != SocketError.WouldBlock)
            {
                return Ended(result, kept.AsSpan(0, length));
            }
        }
    }

    private static byte[] Keep(byte[] kept, ReadOnlySpan<byte> flight)
    {
        if (kept.Length < flight.Length)
        {
            kept = new byte[Math.Max(LeastKeptBytes, (int)BitOperations.RoundUpToPowerOf2((uint)flight.Length))];
        }

        flight.CopyTo(kept);
        return kept;
    }

    private static async Task<FirstFlight> RefuseAsync(
        SocketChannel channel,
        GateFault fault,
        ReadOnlyMemory<byte> kept
    )
    {
        // A fatal alert (RFC 8446 section 6); before a version is agreed, records carry that of TLS 1.2.
        byte[] alert = [21, 3, 3, 0, 2, 2, fault.Alert];
        var sent = await channel.SendAsync(alert).ConfigureAwait(false);
        var status = sent.Status == IoStatus.Aborted ? IoStatus.Aborted : IoStatus.Ok;
        return new FirstFlight(
            default,
            HandshakeFaults.Classify(TunnelRole.Client, status, FirstBytes.Of(kept.Span), null, fault.Words),
            AlertIsSent: sent.Status == IoStatus.Ok
        );
    }

    private static FirstFlight Ended(SocketResult result, ReadOnlySpan<byte> kept)
    {
        // A receive of 0 bytes without an error is FIN.
        var status = result.Error == SocketError.Success ? IoStatus.Eof : result.Status;
        var words = SocketErrors.Words(result.Error);
        return new FirstFlight(
            default,
            HandshakeFaults.Classify(TunnelRole.Client, status, FirstBytes.Of(kept), words, "")
        );
    }
}
