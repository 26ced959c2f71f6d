using Tunnel.Net;
using Tunnel.Tls;

namespace Tunnel.OpenSsl;

/// <summary>The content of alert records (RFC 8446 section 6): a level and a description.</summary>
internal static class Alerts
{
    public const byte UnexpectedMessage = 10;
    public const byte BadRecordMac = 20;
    public const byte RecordOverflow = 22;
    public const byte IllegalParameter = 47;
    public const byte DecodeError = 50;

    /// <summary>The connection ends for a reason unrelated to the peer or the protocol.</summary>
    public const byte InternalError = 80;

    private const byte Warning = 1;
    private const byte Fatal = 2;
    private const byte DescriptionCloseNotify = 0;
    private const byte DescriptionUserCanceled = 90;

    // Level and description, a byte each.
    private const int Bytes = 2;

    public static ReadOnlySpan<byte> CloseNotify => [Warning, DescriptionCloseNotify];

    public static ReadOnlySpan<byte> OfFault(byte description) => new byte[] { Fatal, description };

    public static bool IsWhole(ReadOnlySpan<byte> content) => content.Length == Bytes;

    public static bool IsCloseNotify(ReadOnlySpan<byte> alert) => alert[1] == DescriptionCloseNotify;

    /// <summary>user_canceled as a warning: a close_notify follows (section 6.1).</summary>
    public static bool IsHarmless(ReadOnlySpan<byte> alert) => alert[0] != Fatal && alert[1] == DescriptionUserCanceled;

    public static TransportFault FaultOf(ReadOnlySpan<byte> alert) => AlertWords.AfterHandshake(alert[1]);
}
