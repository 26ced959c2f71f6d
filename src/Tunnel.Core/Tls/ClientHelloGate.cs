using System.Buffers.Binary;

namespace Tunnel.Tls;

/// <summary>What to do with the bytes that a client has sent so far.</summary>
public enum GateStep
{
    /// <summary>Its first message is not complete yet.</summary>
    Wait,

    /// <summary>The TLS library may read it.</summary>
    Pass,

    /// <summary>The client is rejected; <see cref="ClientHelloGate.Fault"/> says why.</summary>
    Refuse,
}

/// <summary>Why a client is rejected before the TLS library sees what it sent.</summary>
/// <param name="Alert">AlertDescription of RFC 8446 section 6.</param>
/// <param name="Words">For people.</param>
public readonly record struct GateFault(byte Alert, string Words);

/// <summary>
/// Reads the headers of a client's first message (RFC 8446 sections 4 and 5.1) and nothing else. A TLS library
/// allocates the memory that these headers claim, so they are judged first: a stranger makes us hold only what it has
/// sent.
/// </summary>
/// <remarks>Looks at every byte once, however small the pieces are.</remarks>
public struct ClientHelloGate
{
    /// <summary>
    /// The most bytes of a ClientHello together with the headers of its records. Today's hellos have some 500 bytes,
    /// 1,800 with a post-quantum key share (X25519MLKEM768); the longest carry a ticket with the client's certificate
    /// inside, and 20 KiB are left for it. Libssl would accept 131,396 bytes.
    /// </summary>
    public const int MostBytes = 24 * 1024;

    private const byte AlertRecord = 21;
    private const byte HandshakeRecord = 22;
    private const byte ClientHello = 1;
    private const byte MajorVersion = 3;
    private const int RecordHeaderBytes = 5;
    private const int MessageHeaderBytes = 4;
    private const int AlertBytes = 2;

    // RFC 8446 section 5.1.
    private const int MostRecordBytes = 1 << 14;

    // RFC 8446 section 6.2.
    private const byte UnexpectedMessage = 10;
    private const byte RecordOverflow = 22;
    private const byte IllegalParameter = 47;
    private const byte ProtocolVersion = 70;

    private int _at;
    private int _recordLeft;
    private int _headerSeen;
    private int _messageLeft;

    /// <summary>Set when <see cref="Look"/> says <see cref="GateStep.Refuse"/>.</summary>
    public GateFault Fault { get; private set; }

    /// <param name="flight">
    /// All bytes so far, from the first, at most <see cref="MostBytes"/>; never fewer than last time.
    /// </param>
    public GateStep Look(ReadOnlySpan<byte> flight)
    {
        var step = GateStep.Wait;
        while (step == GateStep.Wait && _at < flight.Length)
        {
            var rest = flight[_at..];
            if (_recordLeft > 0)
            {
                step = _headerSeen < MessageHeaderBytes ? TakeHeader(rest[0]) : TakeMessage(rest.Length);
                continue;
            }

            step = BeginRecord(rest);
            if (_recordLeft == 0)
            {
                break;
            }
        }

        return step == GateStep.Wait && flight.Length >= MostBytes ? RefuseLength() : step;
    }

    /// <summary>Judges as much of a record's header as has come; a record begins when the header is complete.</summary>
    private GateStep BeginRecord(ReadOnlySpan<byte> header)
    {
        var isAlert = header[0] == AlertRecord && _at == 0;
        if (header[0] != HandshakeRecord && !isAlert)
        {
            return Refuse(UnexpectedMessage, $"the peer sent a record of type {header[0]} instead of a ClientHello");
        }

        if (header.Length > 1 && header[1] != MajorVersion)
        {
            return Refuse(
                ProtocolVersion,
                $"the peer sent a record of version {header[1]}, which is not a version of TLS"
            );
        }

        if (header.Length < RecordHeaderBytes)
        {
            return GateStep.Wait;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(header[3..]);
        if (length > MostRecordBytes)
        {
            return Refuse(
                RecordOverflow,
                $"the peer announced a record of {length} bytes; TLS allows {MostRecordBytes}"
            );
        }

        if (isAlert ? length != AlertBytes : length == 0)
        {
            return Refuse(UnexpectedMessage, $"the peer announced a first message of {length} bytes");
        }

        if (isAlert)
        {
            // The library knows what the alert means.
            return header.Length < RecordHeaderBytes + AlertBytes ? GateStep.Wait : GateStep.Pass;
        }

        _at += RecordHeaderBytes;
        _recordLeft = length;
        return GateStep.Wait;
    }

    /// <summary>The header of a message may be spread over several records, so it is read byte by byte.</summary>
    private GateStep TakeHeader(byte next)
    {
        if (_headerSeen == 0 && next != ClientHello)
        {
            return Refuse(UnexpectedMessage, $"the peer sent handshake message {next} instead of a ClientHello");
        }

        _messageLeft = _headerSeen == 0 ? 0 : (_messageLeft << 8) | next;
        _headerSeen++;
        Advance(1);
        if (_headerSeen < MessageHeaderBytes)
        {
            return GateStep.Wait;
        }

        return _messageLeft > MostBytes - _at ? RefuseLength()
            : _messageLeft == 0 ? GateStep.Pass
            : GateStep.Wait;
    }

    private GateStep TakeMessage(int there)
    {
        var taken = Math.Min(Math.Min(there, _recordLeft), _messageLeft);
        _messageLeft -= taken;
        Advance(taken);
        return _messageLeft == 0 ? GateStep.Pass : GateStep.Wait;
    }

    private void Advance(int bytes)
    {
        _at += bytes;
        _recordLeft -= bytes;
    }

    // Libssl's answer to a message that is too long.
    private GateStep RefuseLength() =>
        Refuse(
            IllegalParameter,
            $"the peer's ClientHello is too long ({_messageLeft} bytes are still to come after {_at}; at most "
                + $"{MostBytes} are accepted, record headers included)"
        );

    private GateStep Refuse(byte alert, string words)
    {
        Fault = new GateFault(alert, words);
        return GateStep.Refuse;
    }
}
