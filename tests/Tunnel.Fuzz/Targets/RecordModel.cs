using System.Buffers.Binary;
using Tunnel.OpenSsl;

namespace Tunnel.Fuzz.Targets;

/// <summary>
/// Reads records the slow way, all that came at once and a message as a list of bytes: what
/// <see cref="Tls13Records"/> is compared with. Sections are of RFC 8446.
/// </summary>
internal sealed class RecordModel(AeadSuite suite, byte[] secret, bool isClient)
{
    // Those of libssl.
    private const int MostEmpty = 32;
    private const int MostWarnings = 4;
    private const int MostKeyUpdates = 32;

    private readonly ModelCipher _cipher = new(suite, secret);
    private readonly List<byte> _message = [];
    private int _empty;
    private int _warnings;
    private int _keyUpdates;

    public TlsStatus Status { get; private set; } = TlsStatus.WantRead;

    public List<byte> Plain { get; } = [];

    /// <summary>Bytes of records that could be read.</summary>
    public int Consumed { get; private set; }

    /// <summary>What to say about what was wrong.</summary>
    public byte? Alert { get; private set; }

    /// <summary>The last alert that came.</summary>
    public byte? HeardAlert { get; private set; }

    public bool PeerSentFatalAlert { get; private set; }

    public bool OwesKeyUpdate { get; private set; }

    public int KeyUpdates { get; private set; }

    public void Read(ReadOnlySpan<byte> wire)
    {
        while (Status == TlsStatus.WantRead && wire.Length >= 5)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(wire[3..]);
            if (wire[0] != 23)
            {
                Fail(10);
            }
            else if (wire[1] != 3 || wire[2] != 3)
            {
                Fail(50);
            }
            else if (length > 16384 + 256)
            {
                Fail(22);
            }
            else if (length < 17)
            {
                Fail(20);
            }
            else if (wire.Length < 5 + length)
            {
                return;
            }
            else
            {
                Open(wire[..(5 + length)]);
                wire = wire[(5 + length)..];
            }
        }
    }

    private void Open(ReadOnlySpan<byte> record)
    {
        if (_cipher.Open(record) is not { } inner)
        {
            Fail(20);
            return;
        }

        var end = Array.FindLastIndex(inner, value => value != 0);
        if (inner.Length > 16385)
        {
            Fail(22);
        }
        else if (end < 0)
        {
            Fail(10);
        }
        else
        {
            Take(inner[end], inner[..end]);
            Consumed += Status is TlsStatus.WantRead ? record.Length : 0;
        }
    }

    private void Take(byte type, byte[] content)
    {
        switch (type)
        {
            case 21:
                Hear(content);
                break;
            case 22:
                Handle(content);
                break;
            case 23 when _message.Count == 0:
                Plain.AddRange(content);
                if (content.Length > 0)
                {
                    (_empty, _warnings, _keyUpdates) = (0, 0, 0);
                }

                FailIf(content.Length == 0 && ++_empty > MostEmpty, 10);
                break;
            default:
                Fail(10);
                break;
        }
    }

    private void Hear(byte[] content)
    {
        if (content.Length != 2)
        {
            Fail(content.Length == 0 ? (byte)10 : (byte)50);
            return;
        }

        HeardAlert = content[1];
        var isWarning = content[0] != 2 && content[1] == 90;
        if ((isWarning || content[1] == 0) && _message.Count > 0)
        {
            // Section 5.1: nothing stands between the pieces of a message.
            Fail(10);
        }
        else if (isWarning)
        {
            FailIf(++_warnings > MostWarnings, 10);
        }
        else if (content[1] == 0)
        {
            Status = TlsStatus.Closed;
        }
        else
        {
            Status = TlsStatus.Failed;
            PeerSentFatalAlert = true;
        }
    }

    private void Handle(byte[] content)
    {
        FailIf(content.Length == 0, 10);
        _message.AddRange(content);
        while (Status == TlsStatus.WantRead && _message.Count >= 4)
        {
            var length = (_message[1] << 16) | (_message[2] << 8) | _message[3];
            switch (_message[0])
            {
                case 24 when length != 1:
                    Fail(50);
                    break;
                case 24 when _message.Count == 4:
                    return;
                case 24:
                    Update(_message[4], isAlone: _message.Count == 5);
                    _message.Clear();
                    break;
                case 4 when isClient && length > 8 + 256 + 65_537 + 65_536:
                    Fail(50);
                    break;
                case 4 when isClient && _message.Count < 4 + length:
                    return;
                case 4 when isClient:
                    _message.RemoveRange(0, 4 + length);
                    break;
                default:
                    Fail(10);
                    break;
            }
        }
    }

    private void Update(byte request, bool isAlone)
    {
        FailIf(!isAlone, 10);
        FailIf(isAlone && request > 1, 47);
        KeyUpdates++;
        FailIf(++_keyUpdates > MostKeyUpdates, 10);
        if (Status == TlsStatus.WantRead)
        {
            OwesKeyUpdate |= request == 1;
            _cipher.Advance();
        }
    }

    private void FailIf(bool isWrong, byte alert)
    {
        if (isWrong && Status == TlsStatus.WantRead)
        {
            Fail(alert);
        }
    }

    private void Fail(byte alert) => (Status, Alert) = (TlsStatus.Failed, alert);
}
