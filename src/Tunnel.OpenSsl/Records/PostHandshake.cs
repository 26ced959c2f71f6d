namespace Tunnel.OpenSsl;

/// <summary>The content of a handshake record.</summary>
internal enum PostHandshakeMessage
{
    /// <summary>A ticket, several, or a part of a message.</summary>
    Ticket,
    KeyUpdate,

    /// <summary>A KeyUpdate that asks for one of ours.</summary>
    KeyUpdateRequest,

    /// <summary>A message that the peer must not send now.</summary>
    Unexpected,

    /// <summary>A message with an impossible length.</summary>
    Malformed,

    /// <summary>A KeyUpdate with a value that does not exist.</summary>
    Illegal,
}

/// <summary>
/// Reads which handshake messages come after the handshake (RFC 8446 section 4.6): only libssl understands a ticket. A
/// message may be spread over records; a KeyUpdate must end its record.
/// </summary>
internal sealed class PostHandshake(bool isClient)
{
    private const int HeaderBytes = 4;
    private const byte UpdateNotRequested = 0;
    private const byte UpdateRequested = 1;

    // Section 4.6.1: lifetime and age_add of 4 bytes each, a nonce, a ticket and extensions with their lengths.
    private const int MostTicketBytes = 4 + 4 + (1 + 255) + (2 + 65_535) + (2 + 65_534);

    private uint _header;
    private int _headerBytes;
    private byte _type;
    private int _bodyLeft;

    /// <summary>Our KeyUpdate; it does not ask for one in return.</summary>
    public static ReadOnlySpan<byte> KeyUpdate => [HandshakeTypes.KeyUpdate, 0, 0, 1, UpdateNotRequested];

    /// <summary>True between the pieces of a message, where no other record may stand (section 5.1).</summary>
    public bool IsInMessage => _headerBytes > 0 || _bodyLeft > 0;

    public PostHandshakeMessage Read(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty)
        {
            // Section 5.1.
            return PostHandshakeMessage.Unexpected;
        }

        while (content.Length > 0)
        {
            if (_bodyLeft > 0 && _type == HandshakeTypes.KeyUpdate)
            {
                _bodyLeft = 0;
                return content.Length == 1 ? KindOf(content[0]) : PostHandshakeMessage.Unexpected;
            }

            if (_bodyLeft > 0)
            {
                var skipped = Math.Min(_bodyLeft, content.Length);
                _bodyLeft -= skipped;
                content = content[skipped..];
                continue;
            }

            _header = (_header << 8) | content[0];
            content = content[1..];
            if (++_headerBytes == HeaderBytes && BeginBody() is { } fault)
            {
                return fault;
            }
        }

        return PostHandshakeMessage.Ticket;
    }

    /// <returns>Null if the message may come.</returns>
    private PostHandshakeMessage? BeginBody()
    {
        (_type, _bodyLeft, _headerBytes) = ((byte)(_header >> 24), (int)(_header & 0xff_ffff), 0);
        return _type switch
        {
            HandshakeTypes.KeyUpdate when _bodyLeft == 1 => null,
            HandshakeTypes.NewSessionTicket when isClient && _bodyLeft <= MostTicketBytes => null,
            HandshakeTypes.KeyUpdate => PostHandshakeMessage.Malformed,
            HandshakeTypes.NewSessionTicket when isClient => PostHandshakeMessage.Malformed,
            _ => PostHandshakeMessage.Unexpected,
        };
    }

    private static PostHandshakeMessage KindOf(byte request) =>
        request switch
        {
            UpdateNotRequested => PostHandshakeMessage.KeyUpdate,
            UpdateRequested => PostHandshakeMessage.KeyUpdateRequest,
            _ => PostHandshakeMessage.Illegal,
        };
}
