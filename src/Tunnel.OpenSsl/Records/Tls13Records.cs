using System.Buffers.Binary;
using Tunnel.Net;

namespace Tunnel.OpenSsl;

/// <summary>
/// The records of TLS 1.3 after the handshake (RFC 8446 sections 4.6 and 5), with keys that libssl negotiated and
/// libcrypto's ciphers, as kTLS does it. It saves what libssl costs: two copies of every byte, and an SSL object of
/// some 15 KiB for each idle connection.
/// </summary>
internal sealed class Tls13Records : ITlsRecords
{
    // Section 5.2: 256 bytes more than the content for type, padding and tag.
    private const int MostCiphertext = RecordKey.MostPlain + 256;

    // Section 5.4: padding counts, so content and padding together are no longer than content alone can be.
    private const int MostInner = RecordKey.MostPlain + 1;

    // Section 5.5 allows 2^24.5 records of AES-GCM under one key.
    internal const ulong MostRecordsOfAKey = 1 << 24;

    private readonly RecordKey _opening;
    private readonly RecordKey _sealing;
    private readonly ulong _mostRecordsOfAKey;
    private readonly PostHandshake _messages;
    private TicketTaker? _tickets;
    private RecordsWithoutData _withoutData;
    private volatile bool _owesKeyUpdate;
    private volatile byte _alert;
    private volatile bool _peerSentFatalAlert;
    private bool _sealedLast;

    /// <param name="tickets">Client: makes sessions of the server's tickets.</param>
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

    public int MostHeld => 0;

    /// <summary>What its header says; an invalid header is reported when it is read.</summary>
    public int RoomForRecord(ReadOnlySpan<byte> part) =>
        part.Length < RecordKey.HeaderBytes
            ? RecordKey.HeaderBytes
            : RecordKey.HeaderBytes + Math.Min((int)BinaryPrimitives.ReadUInt16BigEndian(part[3..]), MostCiphertext);

    public TransportFault? Fault { get; private set; }

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
            if (FaultOf(next, length) is { } alert)
            {
                return Fail(alert, "the peer sent something that is not a TLS record");
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
        if (_sealedLast)
        {
            return FailWriting();
        }

        while (plain.Length > 0)
        {
            if (_owesKeyUpdate || _sealing.Sequence >= _mostRecordsOfAKey)
            {
                _owesKeyUpdate = false;
                written += _sealing.Seal(PostHandshake.KeyUpdate, ContentTypes.Handshake, output[written..]);
                _sealing.Advance();
            }

            var content = plain[..Math.Min(plain.Length, RecordKey.MostPlain)];
            written += _sealing.Seal(content, ContentTypes.ApplicationData, output[written..]);
            plain = plain[content.Length..];
        }

        return TlsStatus.Complete;
    }

    public TlsStatus Shutdown(Span<byte> output, out int written)
    {
        written = 0;
        if (_sealedLast)
        {
            return FailWriting();
        }

        written = _sealing.Seal(Alerts.CloseNotify, ContentTypes.Alert, output);
        _sealedLast = true;
        return TlsStatus.Complete;
    }

    public bool TryAlert(byte description, Span<byte> output, out int written)
    {
        written = 0;
        if (_sealedLast || _peerSentFatalAlert)
        {
            return false;
        }

        // An owed KeyUpdate is only needed before data (section 4.6.3).
        written = _sealing.Seal(Alerts.OfFault(_alert != 0 ? _alert : description), ContentTypes.Alert, output);
        _sealedLast = true;
        return true;
    }

    public void Dispose()
    {
        _tickets?.Dispose();
        _opening.Dispose();
        _sealing.Dispose();
    }

    /// <returns>The alert for an invalid header (sections 5 to 5.2), or null.</returns>
    private static byte? FaultOf(ReadOnlySpan<byte> header, int length) =>
        header[0] != ContentTypes.ApplicationData ? Alerts.UnexpectedMessage
        : BinaryPrimitives.ReadUInt16BigEndian(header[1..]) != RecordKey.LegacyVersion ? Alerts.DecodeError
        : length > MostCiphertext ? Alerts.RecordOverflow
        : length <= RecordKey.TagBytes ? Alerts.BadRecordMac
        : null;

    private TlsStatus Open(ReadOnlySpan<byte> record, Span<byte> room, out int bytes)
    {
        bytes = 0;
        if (!_opening.TryOpen(record, room))
        {
            return Fail(
                Alerts.BadRecordMac,
                "a record was changed in transit, or the peer did not send it (bad " + "record mac)"
            );
        }

        var inner = room[..(record.Length - RecordKey.HeaderBytes - RecordKey.TagBytes)];
        if (inner.Length > MostInner)
        {
            return Fail(Alerts.RecordOverflow, "a record is longer than TLS allows");
        }

        // Zeros after the type are padding (section 5.4).
        var content = inner.TrimEnd((byte)0);
        if (content.IsEmpty)
        {
            return Fail(Alerts.UnexpectedMessage, "a record has no type");
        }

        var type = content[^1];
        content = content[..^1];
        if (type == ContentTypes.Alert)
        {
            return Hear(content);
        }

        if (_messages.IsInMessage && type != ContentTypes.Handshake)
        {
            return Fail(Alerts.UnexpectedMessage, "the peer sent a record between the pieces of a handshake message");
        }

        switch (type)
        {
            case ContentTypes.ApplicationData:
                TakeNoMoreTickets();
                bytes = content.Length;
                return Count(content);
            case ContentTypes.Handshake:
                return Handle(_messages.Read(content), record);
            default:
                return Fail(Alerts.UnexpectedMessage, "the peer sent a record of a type that is not allowed here");
        }
    }

    private TlsStatus Count(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            return _withoutData.AllowsEmpty()
                ? TlsStatus.Complete
                : Fail(Alerts.UnexpectedMessage, "the peer sends empty records without end");
        }

        _withoutData.Reset();
        return TlsStatus.Complete;
    }

    private TlsStatus Hear(ReadOnlySpan<byte> content)
    {
        if (!Alerts.IsWhole(content))
        {
            return Fail(
                content.IsEmpty ? Alerts.UnexpectedMessage : Alerts.DecodeError,
                "the peer sent a malformed alert"
            );
        }

        var isWarning = Alerts.IsHarmless(content);
        if ((isWarning || Alerts.IsCloseNotify(content)) && _messages.IsInMessage)
        {
            return Fail(Alerts.UnexpectedMessage, "the peer sent an alert between the pieces of a handshake message");
        }

        if (isWarning)
        {
            return _withoutData.AllowsWarning()
                ? TlsStatus.Complete
                : Fail(Alerts.UnexpectedMessage, "the peer sends warnings without end");
        }

        if (Alerts.IsCloseNotify(content))
        {
            return TlsStatus.Closed;
        }

        // A peer that has sent one reads nothing any more (section 6.2).
        _peerSentFatalAlert = true;
        Fault = Alerts.FaultOf(content);
        return TlsStatus.Failed;
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
                if (!_withoutData.AllowsKeyUpdate())
                {
                    return Fail(Alerts.UnexpectedMessage, ITlsRecords.WithoutEnd);
                }

                _opening.Advance();
                // Answered before our next data (section 4.6.3), once for any number of requests.
                _owesKeyUpdate |= message == PostHandshakeMessage.KeyUpdateRequest;
                return TlsStatus.Complete;
            case PostHandshakeMessage.Malformed:
                return Fail(Alerts.DecodeError, "the peer sent a handshake message with an impossible length");
            case PostHandshakeMessage.Illegal:
                return Fail(Alerts.IllegalParameter, "the peer sent a KeyUpdate with an undefined value");
            default:
                return Fail(Alerts.UnexpectedMessage, "the peer sent a handshake message that is not allowed here");
        }
    }

    /// <summary>The session is needed only until data flows: a server sends its tickets first.</summary>
    private void TakeNoMoreTickets()
    {
        _tickets?.Dispose();
        _tickets = null;
    }

    private TlsStatus Fail(byte alert, string words)
    {
        (_alert, Fault) = (alert, new TransportFault(TransportFaultKind.Protocol, Trouble.Of(words, ITlsRecords.Mend)));
        return TlsStatus.Failed;
    }

    private TlsStatus FailWriting()
    {
        Fault = new TransportFault(TransportFaultKind.Protocol, ITlsRecords.Ended);
        return TlsStatus.Failed;
    }
}
