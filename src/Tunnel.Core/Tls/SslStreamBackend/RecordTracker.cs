using System.Buffers.Binary;

namespace Tunnel.Tls.SslStreamBackend;

/// <summary>
/// Follows the record borders of a TLS stream (RFC 8446 section 5.1) as bytes are handed on, so that it can be told
/// how many of the buffered bytes are whole records.
/// </summary>
internal struct RecordTracker
{
    private const int HeaderBytes = 5;

    private int _headerBytes;
    private int _lengthSoFar;
    private int _bodyLeft;

    /// <summary>How many of the next bytes complete whole records, within <paramref name="room"/>.</summary>
    public readonly int WholeRecords(ReadOnlySpan<byte> next, int room)
    {
        if (_headerBytes > 0)
        {
            // In the middle of a header: what completes it is not known to be whole.
            return 0;
        }

        var end = _bodyLeft;
        var whole = end > 0 && end <= next.Length && end <= room ? end : 0;
        while (end + HeaderBytes <= next.Length)
        {
            end += HeaderBytes + BinaryPrimitives.ReadUInt16BigEndian(next[(end + 3)..]);
            if (end > next.Length || end > room)
            {
                break;
            }

            whole = end;
        }

        return whole;
    }

    /// <summary>These bytes have been handed on.</summary>
    public void Pass(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (_bodyLeft > 0)
            {
                var skipped = Math.Min(_bodyLeft, bytes.Length);
                _bodyLeft -= skipped;
                bytes = bytes[skipped..];
                continue;
            }

            // Header: type, two bytes of version, two of length.
            if (_headerBytes >= 3)
            {
                _lengthSoFar = (_lengthSoFar << 8) | bytes[0];
            }

            bytes = bytes[1..];
            if (++_headerBytes == HeaderBytes)
            {
                (_bodyLeft, _lengthSoFar, _headerBytes) = (_lengthSoFar, 0, 0);
            }
        }
    }
}
