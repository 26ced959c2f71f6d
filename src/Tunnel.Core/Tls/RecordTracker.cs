using Tunnel.Net;

namespace Tunnel.Tls;

/// <summary>
/// Follows the record borders of a TLS stream (RFC 8446 section 5.1) as bytes are passed on, so that we know where the
/// next ones are and what the records cost.
/// </summary>
internal struct RecordTracker
{
    /// <summary>
    /// A record costs as much as its bytes, but never less than this many: one of 22 bytes, which may be empty, costs
    /// libcrypto about as much as 2 KiB of a long one, and passes through half a dozen calls.
    /// </summary>
    public const int LeastCostOfARecord = 1024;

    /// <summary>What may be handled before the others have a turn: a full batch, or 128 small records.</summary>
    public const int MostCost = BufferPool.Large;

    private const int HeaderBytes = 5;

    private int _headerBytes;
    private int _lengthSoFar;
    private int _bodyLeft;

    /// <summary>How many of the next bytes belong to the current or next record; all of them if it is longer.</summary>
    public readonly int OneRecord(ReadOnlySpan<byte> next, out bool isWhole)
    {
        var ahead = this;
        var bytes = ahead.PassRecord(next);
        isWhole = bytes > 0 && ahead._headerBytes == 0 && ahead._bodyLeft == 0;
        return bytes;
    }

    /// <summary>
    /// How many of the next bytes may be handled in one turn: up to the end of the record that reaches
    /// <see cref="MostCost"/>, or all of them.
    /// </summary>
    public readonly int OneTurn(ReadOnlySpan<byte> next)
    {
        var ahead = this;
        var end = 0;
        for (var cost = 0; cost < MostCost && end < next.Length; )
        {
            var bytes = ahead.PassRecord(next[end..]);
            end += bytes;
            cost += CostOf(bytes);
        }

        return end;
    }

    /// <summary>These bytes have been passed on.</summary>
    /// <returns>What they cost.</returns>
    public int Pass(ReadOnlySpan<byte> bytes)
    {
        var cost = 0;
        while (bytes.Length > 0)
        {
            var passed = PassRecord(bytes);
            bytes = bytes[passed..];
            cost += CostOf(passed);
        }

        return cost;
    }

    /// <summary>Passes bytes up to the end of their record, and returns how many.</summary>
    private int PassRecord(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (_bodyLeft == 0 && at < bytes.Length)
        {
            // Header: type, two bytes of version, two of length.
            if (_headerBytes >= 3)
            {
                _lengthSoFar = (_lengthSoFar << 8) | bytes[at];
            }

            at++;
            if (++_headerBytes == HeaderBytes)
            {
                (_bodyLeft, _lengthSoFar, _headerBytes) = (_lengthSoFar, 0, 0);
                break;
            }
        }

        var skipped = Math.Min(_bodyLeft, bytes.Length - at);
        _bodyLeft -= skipped;
        return at + skipped;
    }

    private static int CostOf(int bytes) => Math.Max(bytes, LeastCostOfARecord);
}
