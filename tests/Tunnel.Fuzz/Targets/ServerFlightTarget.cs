using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Tls;
using Tunnel.Tls.SslStreamBackend;

namespace Tunnel.Fuzz.Targets;

/// <summary>What a server answers to our ClientHello, which anybody may be who listens there.</summary>
internal sealed class ServerFlightTarget : ITarget
{
    public string Name => "server-flight";

    public IReadOnlyList<byte[]> Words =>
        [
            [22, 3, 3, 0, 122, 2, 0, 0, 118, 3, 3],
            [0, 41, 0, 2, 0, 0],
            [0, 43, 0, 2, 3, 4],
            [20, 3, 3, 0, 1, 1],
            [11, 0, 0, 4],
        ];

    public void Run(byte[] input)
    {
        bool? resumed = null;
        foreach (var pieces in Splits.Of(input))
        {
            var sniffer = new ResumptionSniffer();
            foreach (var piece in pieces)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                sniffer.Feed(piece);
                Hold.Same(GC.GetAllocatedBytesForCurrentThread() - before, 0, "bytes taken to keep a piece");
            }

            var answer = sniffer.Resumed();
            Hold.Same(resumed ?? answer, answer, "whether it resumes, in other pieces");
            Hold.Same(sniffer.Resumed(), answer, "whether it resumes, asked again");
            resumed = answer;
        }

        Hold.That(resumed == false || MayResume(input), "a session is resumed without a ServerHello that says so");
        foreach (var ended in (IoStatus[])[IoStatus.Ok, IoStatus.Eof, IoStatus.Reset])
        {
            // What is said of bytes that are no TLS may not depend on more than tells protocols apart.
            var fault = HandshakeFaults.Classify(TunnelRole.Server, ended, FirstBytes.Of(input), null, "");
            Hold.IsLine(fault.Detail, "why there is no handshake");
        }
    }

    /// <summary>
    /// Needed for either version: a ServerHello, and the extension of TLS 1.3 or another message or record behind.
    /// </summary>
    private static bool MayResume(ReadOnlySpan<byte> flight) =>
        flight.Length > 5 + 4 + 38 && (flight.IndexOf([(byte)0, (byte)41]) > 0 || flight.IndexOf((byte)2) >= 0);
}
