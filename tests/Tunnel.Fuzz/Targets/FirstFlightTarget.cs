using Tunnel.Net;
using Tunnel.Tls;

namespace Tunnel.Fuzz.Targets;

/// <summary>
/// A stranger's first flight as the server receives it: what is kept, what is answered, what goes on to libssl.
/// </summary>
internal sealed class FirstFlightTarget : ITarget
{
    // Each part that came is copied into an array that doubles, and read into a rented buffer.
    private const int MostTakenBytes = 4 * ClientHelloGate.MostBytes;

    private const int AlertBytes = 7;

    public string Name => "first-flight";

    public int MostBytes => ClientHelloGate.MostBytes + 1024;

    public IReadOnlyList<byte[]> Words =>
        [
            [22, 3, 1, 0, 4, 1, 0, 0, 0],
            [21, 3, 1, 0, 2, 2, 40],
            [0x5f, 0xf3],
            [0x40, 0],
        ];

    public void Run(byte[] input)
    {
        HandshakeFaultKind? kind = null;
        foreach (var pieces in Splits.Of(input))
        {
            var rented = BufferPool.RentedBytes;
            var socket = new PiecesSocket(pieces);
            var taken = GC.GetAllocatedBytesForCurrentThread();
            var receiving = FirstFlight.ReceiveAsync(new SocketChannel(socket));
            taken = GC.GetAllocatedBytesForCurrentThread() - taken;
            Hold.That(receiving.IsCompletedSuccessfully, "a first flight is waited for although it is there");
            var flight = receiving.Result;
            byte[] went = [.. flight.Hello.Bytes.Span, .. socket.Rest()];
            flight.Hello.Return();

            Hold.Same(BufferPool.RentedBytes, rented, "bytes of buffers that are out");
            Hold.That(
                pieces.Length > 64 || taken <= MostTakenBytes,
                "a first flight takes more memory than it has bytes"
            );
            Hold.Same(
                kind ?? flight.Fault?.Kind,
                flight.Fault?.Kind,
                "what is wrong with a first flight in other pieces"
            );
            Hold.Same(flight.AlertIsSent, socket.Sent.Count == AlertBytes, "whether an alert has been sent");
            Hold.That(flight.Fault is null || flight.Hello.Bytes.IsEmpty, "a fault, and bytes for libssl");
            Hold.IsLine(flight.Fault?.Detail ?? "", "why a first flight is refused");
            if (flight.Fault is null)
            {
                Hold.SameBytes(went, input, "what goes on to libssl");
            }

            kind = flight.Fault?.Kind;
        }
    }
}
