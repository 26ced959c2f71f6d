using Tunnel.OpenSsl;

namespace Tunnel.Fuzz.Targets;

/// <summary>
/// Handshake messages behind the handshake, spread over records: the input is a list of pieces, which are bytes or a
/// long run of one. They are compared with a reader that keeps every byte of a message.
/// </summary>
internal sealed class PostHandshakeTarget : ITarget
{
    // lifetime, age_add, nonce, ticket and extensions at their longest (RFC 8446 section 4.6.1).
    private const int MostTicketBytes = 8 + 256 + 65_537 + 65_536;

    public string Name => "post-handshake";

    public int MostBytes => 1024;

    public IReadOnlyList<byte[]> Words =>
        [
            [5, 24, 0, 0, 1, 0],
            [5, 24, 0, 0, 1, 1],
            [4, 24, 0, 0, 1],
            [6, 4, 0, 0, 2, 0, 0],
            [4, 4, 2, 1, 8],
            [4, 4, 2, 1, 9],
        ];

    public void Run(byte[] input)
    {
        var steps = new Instructions(input);
        var isClient = (steps.Byte() & 1) == 0;
        var messages = new PostHandshake(isClient);
        var kept = new List<byte>();
        // Longer than any message, so that a ticket of every length can be whole.
        for (var sum = 0; steps.HasMore && sum < 4 * MostTicketBytes; )
        {
            byte[] piece = [.. steps.Bytes()];
            if (piece.Length == 255)
            {
                // In place of content: a run as long as a record may be.
                piece = new byte[((piece[0] << 8) | piece[1]) & 0x3fff];
            }

            sum += piece.Length;
            var before = GC.GetAllocatedBytesForCurrentThread();
            var message = messages.Read(piece);
            Hold.That(GC.GetAllocatedBytesForCurrentThread() - before < 1024, "reading messages takes memory");
            Hold.Same(message, Expected(kept, piece, isClient), "what a record held");
            if (message > PostHandshakeMessage.KeyUpdateRequest)
            {
                return;
            }

            Hold.Same(messages.IsInMessage, kept.Count > 0, "whether a message is unfinished");
        }
    }

    private static PostHandshakeMessage Expected(List<byte> kept, byte[] piece, bool isClient)
    {
        if (piece.Length == 0)
        {
            return PostHandshakeMessage.Unexpected;
        }

        kept.AddRange(piece);
        while (kept.Count >= 4)
        {
            var length = (kept[1] << 16) | (kept[2] << 8) | kept[3];
            if (kept[0] == 24)
            {
                if (length != 1)
                {
                    return PostHandshakeMessage.Malformed;
                }

                if (kept.Count == 4)
                {
                    return PostHandshakeMessage.Ticket;
                }

                var (request, behind) = (kept[4], kept.Count - 5);
                kept.Clear();
                // A key changes between two records (section 5.1).
                return behind > 0 ? PostHandshakeMessage.Unexpected
                    : request == 0 ? PostHandshakeMessage.KeyUpdate
                    : request == 1 ? PostHandshakeMessage.KeyUpdateRequest
                    : PostHandshakeMessage.Illegal;
            }

            if (kept[0] != 4 || !isClient)
            {
                return PostHandshakeMessage.Unexpected;
            }

            if (length > MostTicketBytes)
            {
                return PostHandshakeMessage.Malformed;
            }

            if (kept.Count < 4 + length)
            {
                return PostHandshakeMessage.Ticket;
            }

            kept.RemoveRange(0, 4 + length);
        }

        return PostHandshakeMessage.Ticket;
    }
}
