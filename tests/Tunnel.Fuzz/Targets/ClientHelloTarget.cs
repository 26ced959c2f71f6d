using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Tls;

namespace Tunnel.Fuzz.Targets;

/// <summary>What a stranger sends first, before there is anything of TLS.</summary>
internal sealed class ClientHelloTarget : ITarget
{
    public string Name => "client-hello";

    public int MostBytes => ClientHelloGate.MostBytes;

    public IReadOnlyList<byte[]> Words =>
        [
            [22, 3, 1, 0, 4, 1, 0, 0, 0],
            [21, 3, 1, 0, 2, 2, 40],
            [0x5f, 0xf3],
            [0x40, 0],
            [.. "PROXY "u8],
            [.. "*1\r\n$4\r\nPING\r\n"u8],
            [0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f],
            [0x10, 0, 0, 4, .. "MQTT"u8],
        ];

    public void Run(byte[] input)
    {
        GateDecidesAlike(input);
        WordsAreSafe(input);
    }

    private static void GateDecidesAlike(byte[] input)
    {
        var (step, at, fault) = Look(Enumerable.Repeat(1, input.Length), input);
        foreach (var pieces in Splits.Of(input))
        {
            var (other, otherAt, otherFault) = Look(pieces.Select(piece => piece.Length), input);
            Hold.Same((other, otherFault), (step, fault), "the verdict about a first message in other pieces");
            Hold.That(otherAt >= at, "a verdict before the byte that decides it");
        }

        var (hello, whole) = HelloIn(input.AsSpan(0, at));
        switch (step)
        {
            case GateStep.Wait:
                Hold.That(at < ClientHelloGate.MostBytes && !whole, "a whole ClientHello is waited for");
                break;
            case GateStep.Pass:
                Hold.That(input[0] == 21 || (whole && hello is [1, ..]), "what passes is no whole ClientHello");
                break;
            default:
                Hold.IsLine(fault.Words, "why a first message is refused");
                Hold.That(fault.Alert is 10 or 22 or 47 or 70, "an alert that RFC 8446 has not for this");
                break;
        }
    }

    private static (GateStep Step, int At, GateFault Fault) Look(IEnumerable<int> pieces, byte[] flight)
    {
        var gate = new ClientHelloGate();
        var at = 0;
        foreach (var piece in pieces)
        {
            at += piece;
            var before = GC.GetAllocatedBytesForCurrentThread();
            var step = gate.Look(flight.AsSpan(0, at));
            if (step != GateStep.Wait)
            {
                return (step, at, gate.Fault);
            }

            Hold.Same(GC.GetAllocatedBytesForCurrentThread() - before, 0, "bytes taken to look at a part");
        }

        return (GateStep.Wait, at, default);
    }

    /// <summary>
    /// What the records hold (RFC 8446 section 5.1), and whether that is the whole of its first message.
    /// </summary>
    private static (List<byte> Message, bool IsWhole) HelloIn(ReadOnlySpan<byte> flight)
    {
        var message = new List<byte>();
        while (flight.Length > 5)
        {
            var length = Math.Min((flight[3] << 8) | flight[4], flight.Length - 5);
            message.AddRange(flight.Slice(5, length));
            flight = flight[(5 + length)..];
        }

        return (
            message,
            message.Count >= 4 && message.Count >= 4 + ((message[1] << 16) | (message[2] << 8) | message[3])
        );
    }

    private static void WordsAreSafe(byte[] input)
    {
        var first = FirstBytes.Of(input);
        var inPieces = new FirstBytes();
        foreach (var single in input)
        {
            inPieces.Add([single]);
        }

        Hold.SameBytes(inPieces.ToArray(), first.ToArray(), "the first bytes, in pieces");
        var protocol = PlainProtocol.Recognise(first.ToArray());
        Hold.That(
            protocol is null || protocol == PlainProtocol.Recognise(input),
            "the first 16 bytes are of another protocol than all of them"
        );
        foreach (var peer in (TunnelRole[])[TunnelRole.Client, TunnelRole.Server])
        {
            foreach (var ended in (IoStatus[])[IoStatus.Ok, IoStatus.Eof, IoStatus.Failed])
            {
                var fault = HandshakeFaults.Classify(peer, ended, first, null, "");
                Hold.IsLine(fault.Detail, "why there is no handshake");
            }
        }
    }
}
