using Tunnel.OpenSsl;

namespace Tunnel.Fuzz.Targets;

/// <summary>
/// A ClientHello with a ticket of ours, damaged on its way to the server's libssl: the input is a list of changes to
/// it. A ticket that is not whole may resume nothing, and whatever comes, libssl and our callbacks give it back in
/// order.
/// </summary>
internal sealed class TicketTarget : ITarget
{
    // A server's first flight, with one certificate and what may have to be sent besides.
    private const int MostAnswerBytes = 16 * 1024;

    private const int Kinds = 4;

    public string Name => "ticket";

    public int MostBytes => 256;

    public IReadOnlyList<byte[]> Words =>
        [
            [0, 0, 80, 1],
            [1, 1, 0, 0, 0, 0, 35],
            [2, 0, 0, 58, 0, 2, 0, 0],
        ];

    public void Run(byte[] input)
    {
        var steps = new Instructions(input);
        var offer = MemoryHandshakes.Offers[steps.Byte() % MemoryHandshakes.Offers.Count];
        byte[] hello = Change(offer.Hello, ref steps);
        var live = OpenSslSession.Live;
        foreach (var pieces in Splits.Of(hello).Where(pieces => pieces.Length <= 64))
        {
            var (status, resumed, answered) = MemoryHandshakes.Answer(offer, pieces);
            Hold.That(status != TlsStatus.Closed, "a handshake that was closed by nobody");
            Hold.That(answered <= MostAnswerBytes, "an answer longer than a flight");
            Hold.That(!resumed || hello.AsSpan().IndexOf(offer.Ticket) >= 0, "a damaged ticket resumes a session");
            Hold.That(resumed || !hello.AsSpan().SequenceEqual(offer.Hello), "a whole ticket resumes no session");
            Hold.That(
                status == TlsStatus.WantRead || !IsDamagedInTicket(offer, hello),
                "a client with a damaged ticket is not served"
            );
            Hold.Same(OpenSslSession.Live, live, "SSL objects that are left");
        }
    }

    /// <summary>All but the ticket is as it was: no reason not to shake hands in full (RFC 5077 section 3.1).</summary>
    private static bool IsDamagedInTicket(TicketOffer offer, ReadOnlySpan<byte> hello)
    {
        var start = offer.Hello.AsSpan().IndexOf(offer.Ticket);
        var end = start + offer.Ticket.Length;
        return hello.Length == offer.Hello.Length
            && hello[..start].SequenceEqual(offer.Hello.AsSpan(0, start))
            && hello[end..].SequenceEqual(offer.Hello.AsSpan(end));
    }

    private static byte[] Change(byte[] hello, ref Instructions steps)
    {
        var changed = new List<byte>(hello);
        while (steps.HasMore && changed.Count > 0)
        {
            var kind = steps.Byte() % Kinds;
            var at = steps.UInt16() % changed.Count;
            switch (kind)
            {
                case 0:
                    changed[at] ^= steps.Byte();
                    break;
                case 1:
                    changed[at] = steps.Byte();
                    break;
                case 2:
                    changed.InsertRange(at, steps.Bytes().ToArray());
                    break;
                default:
                    changed.RemoveRange(at, Math.Min(steps.Byte(), changed.Count - at));
                    break;
            }
        }

        return [.. changed];
    }
}
