using System.Buffers.Binary;

namespace Tunnel.Tls.OpenSslBackend;

/// <summary>
/// The records of TLS 1.3 after the handshake (RFC 8446 sections 4.6 and 5), with keys that libssl agreed on and
/// libcrypto's ciphers, as kTLS would do it. It spares what libssl costs: two copies of every byte, and an SSL object of
/// some 15 KiB for each idle connection.
/// </summary>
internal sealed class Tls13Records : ITlsRecords
{
    // Section 5.2: 256 bytes more than the content for type, padding and tag.
    private const int MostCiphertext = RecordKey.MostPlain + 256;

    // Section 5.5 allows 2^24.5 records of AES-GCM under one key.
    internal const ulong MostRecordsOfAKey = 1 << 24;

    // A peer has no reason to change keys even twice without a byte of data between.
    private const int MostKeyUpdatesInARow = 32;

    private readonly RecordKey _opening;
    private readonly RecordKey _sealing;
    private readonly ulong _mostRecordsOfAKey;
    private readonly PostHandshake _messages;
    private TicketTaker? _tickets;
    private int _keyUpdatesInARow;
    private volatile bool _owesKeyUpdate;

    /// <param name="tickets">Client: what makes sessions of the server's tickets.</param>
    public Tls13Records(
        RecordKey opening,
        RecordKey sealing,
        bool isClient,
        TicketTaker? tickets,
        ulong mostRecordsOfAKey = MostRecordsOfAKey
    )
    {
        (_opening, _sealing, _tickets, _mostRecordsOfAKey) = (opening, sealing, tickets, mostRecordsOfAKey);
        _messages = new PostHandshake(isClient);
    }

    public bool HoldsInput => false;

    public string Error { get; private set; } = "";

    public TlsStatus Read(ReadOnlySpan<byte> input, Span<byte> plain, out int consumed, out int read)
    {
        consumed = read = 0;
        while (true)
        {
            var next = input[consumed..];
            if (next.Length < RecordKey.HeaderBytes)
            {
                return TlsStatus.WantRead;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(next[3..]);
            if (
                next[0] != RecordTypes.ApplicationData
                || BinaryPrimitives.ReadUInt16BigEndian(next[1..]) != RecordTypes.LegacyVersion
                || length is <= RecordKey.TagBytes or > MostCiphertext
            )
            {
                return Fail("what came is no TLS record");
            }

            if (next.Length < RecordKey.HeaderBytes + length)
            {
                return TlsStatus.WantRead;
            }

            var room = plain[read..];
            if (room.Length < length - RecordKey.TagBytes)
            {
                return TlsStatus.Complete;
            }

            var record = next[..(RecordKey.HeaderBytes + length)];
            var status = Open(record, room, out var bytes);
            if (status != TlsStatus.Complete)
            {
                return status;
            }

            consumed += record.Length;
            read += bytes;
        }
    }

    public TlsStatus Write(ReadOnlySpan<byte> plain, Span<byte> output, out int written)
    {
        written = 0;
        while (plain.Length > 0)
        {
            if (_owesKeyUpdate || _sealing.Sequence >= _mostRecordsOfAKey)
            {
                _owesKeyUpdate = false;
                written += _sealing.Seal(PostHandshake.KeyUpdate, RecordTypes.Handshake, output[written..]);
                _sealing.Advance();
            }

            var content = plain[..Math.Min(plain.Length, RecordKey.MostPlain)];
            written += _sealing.Seal(content, RecordTypes.ApplicationData, output[written..]);
            plain = plain[content.Length..];
        }

        return TlsStatus.Complete;
    }

    public TlsStatus Shutdown(Span<byte> output, out int written)
    {
        written = _sealing.Seal(Alerts.CloseNotify, RecordTypes.Alert, output);
        return TlsStatus.Complete;
    }

    public void Dispose()
    {
        _tickets?.Dispose();
        _opening.Dispose();
        _sealing.Dispose();
    }

    private TlsStatus Open(ReadOnlySpan<byte> record, Span<byte> room, out int bytes)
    {
        bytes = 0;
        if (!_opening.TryOpen(record, room))
        {
            return Fail("a record was changed on its way, or is not the peer's (bad record mac)");
        }

        // Zeros behind the type are padding (section 5.4).
        var content = room[..(record.Length - RecordKey.HeaderBytes - RecordKey.TagBytes)].TrimEnd((byte)0);
        if (content.IsEmpty || content.Length > RecordKey.MostPlain + 1)
        {
            return Fail("a record has no type, or is too long");
        }

        var type = content[^1];
        content = content[..^1];
        switch (type)
        {
            case RecordTypes.ApplicationData:
                TakeNoMoreTickets();
                _keyUpdatesInARow = content.IsEmpty ? _keyUpdatesInARow : 0;
                bytes = content.Length;
                return TlsStatus.Complete;
            case RecordTypes.Handshake:
                return Handle(_messages.Read(content), record);
            case RecordTypes.Alert:
                return Alerts.IsCloseNotify(content) ? TlsStatus.Closed
                    : Alerts.IsHarmless(content) ? TlsStatus.Complete
                    : Fail(Alerts.Describe(content));
            default:
                return Fail("the peer sent a record of a type that has no place here");
        }
    }

    private TlsStatus Handle(PostHandshakeMessage message, ReadOnlySpan<byte> record)
    {
        switch (message)
        {
            case PostHandshakeMessage.Ticket:
                _tickets?.Take(record);
                return TlsStatus.Complete;
            case PostHandshakeMessage.KeyUpdate or PostHandshakeMessage.KeyUpdateRequest:
                TakeNoMoreTickets();
                _opening.Advance();
                // Answered before the next data of ours (section 4.6.3), once however often it was asked for.
                _owesKeyUpdate |= message == PostHandshakeMessage.KeyUpdateRequest;
                return ++_keyUpdatesInARow <= MostKeyUpdatesInARow ? TlsStatus.Complete : Fail(ITlsRecords.WithoutEnd);
            default:
                return Fail("the peer sent a handshake message that has no place here");
        }
    }

    /// <summary>The session is worth its memory only until data flows: a server sends its tickets first.</summary>
    private void TakeNoMoreTickets()
    {
        _tickets?.Dispose();
        _tickets = null;
    }

    private TlsStatus Fail(string error)
    {
        Error = error;
        return TlsStatus.Failed;
    }
}
