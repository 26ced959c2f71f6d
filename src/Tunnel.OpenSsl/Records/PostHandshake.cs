namespace Tunnel.Tls.OpenSslBackend;

/// <summary>What a record of handshake type held.</summary>
internal enum PostHandshakeMessage
{
    /// <summary>A ticket, several, or a part of one.</summary>
    Ticket,
    KeyUpdate,

    /// <summary>A KeyUpdate that asks for one of ours.</summary>
    KeyUpdateRequest,

    /// <summary>What the peer must not send now.</summary>
    Unexpected,
}

/// <summary>
/// Reads the handshake messages that come after the handshake (RFC 8446 section 4.6), for what they are: a ticket is
/// libssl's to understand. A message may be spread over records, a KeyUpdate must end its record.
/// </summary>
internal sealed class PostHandshake(bool isClient)
{
    private const int HeaderBytes = 4;
    private const byte UpdateNotRequested = 0;
    private const byte UpdateRequested = 1;

    private uint _header;
    private int _headerBytes;
    private int _bodyLeft;

    /// <summary>Ours; it asks for none in return.</summary>
    public static ReadOnlySpan<byte> KeyUpdate => [RecordTypes.KeyUpdate, 0, 0, 1, UpdateNotRequested];

    public PostHandshakeMessage Read(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty)
        {
            // Section 5.1.
            return PostHandshakeMessage.Unexpected;
        }

        while (content.Length > 0)
        {
            if (_bodyLeft > 0)
            {
                var skipped = Math.Min(_bodyLeft, content.Length);
                _bodyLeft -= skipped;
                content = content[skipped..];
                continue;
            }

            _header = (_header << 8) | content[0];
            content = content[1..];
            if (++_headerBytes < HeaderBytes)
            {
                continue;
            }

            var type = (byte)(_header >> 24);
            (_bodyLeft, _headerBytes) = ((int)(_header & 0xff_ffff), 0);
            if (type == RecordTypes.KeyUpdate)
            {
                return ReadKeyUpdate(content);
            }

            if (type != RecordTypes.NewSessionTicket || !isClient)
            {
                return PostHandshakeMessage.Unexpected;
            }
        }

        return PostHandshakeMessage.Ticket;
    }

    private PostHandshakeMessage ReadKeyUpdate(ReadOnlySpan<byte> rest)
    {
        if (_bodyLeft != 1 || rest.Length != 1)
        {
            return PostHandshakeMessage.Unexpected;
        }

        _bodyLeft = 0;
        return rest[0] switch
        {
            UpdateNotRequested => PostHandshakeMessage.KeyUpdate,
            UpdateRequested => PostHandshakeMessage.KeyUpdateRequest,
            _ => PostHandshakeMessage.Unexpected,
        };
    }
}
