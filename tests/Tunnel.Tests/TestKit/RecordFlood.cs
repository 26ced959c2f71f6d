using Tunnel.OpenSsl;

namespace Tunnel.Tests.TestKit;

/// <summary>What an unkind peer sends in TLS 1.3: much to decrypt, and little or nothing to carry on.</summary>
public enum FloodKind
{
    /// <summary>Records of a byte.</summary>
    Crumbs,

    /// <summary>As many empty records as libssl takes, and a byte.</summary>
    Empty,

    /// <summary>The same with as much padding as a record holds.</summary>
    Padding,

    /// <summary>As many warnings (user_canceled) as libssl takes, and a byte.</summary>
    Warnings,

    /// <summary>A new key, and a byte.</summary>
    KeyUpdates,

    /// <summary>A new key that asks for one of ours, and a byte.</summary>
    KeyUpdateRequests,
}

/// <summary>Floods of records, sealed with a key of their own.</summary>
internal static class RecordFlood
{
    private static readonly byte[] _padding = [ContentTypes.ApplicationData, .. new byte[RecordKey.MostPlain - 1]];

    /// <summary>One round, with one byte of data at its end.</summary>
    public static byte[] Round(this RecordKey key, FloodKind kind) =>
        [
            .. kind switch
            {
                FloodKind.Empty => key.Repeat(31, [], ContentTypes.ApplicationData),
                // Type 0 is padding, and what stands in front of it plays the type.
                FloodKind.Padding => key.Repeat(31, _padding, 0),
                FloodKind.Warnings => key.Repeat(4, [1, 90], ContentTypes.Alert),
                FloodKind.KeyUpdates => key.NextKey(0),
                FloodKind.KeyUpdateRequests => key.NextKey(1),
                _ => [],
            },
            .. key.Record([7], ContentTypes.ApplicationData),
        ];

    public static byte[] Rounds(this RecordKey key, FloodKind kind, int count) =>
        [.. Enumerable.Range(0, count).SelectMany(_ => key.Round(kind))];

    public static byte[] Repeat(this RecordKey key, int count, byte[] content, byte type) =>
        [.. Enumerable.Range(0, count).SelectMany(_ => key.Record(content, type))];

    public static byte[] Record(this RecordKey key, byte[] content, byte type)
    {
        var record = new byte[RecordKey.HeaderBytes + content.Length + 1 + RecordKey.TagBytes];
        key.Seal(content, type, record);
        return record;
    }

    /// <param name="request">1 to demand a new key of ours in return.</param>
    public static byte[] NextKey(this RecordKey key, byte request)
    {
        var record = key.Record([HandshakeTypes.KeyUpdate, 0, 0, 1, request], ContentTypes.Handshake);
        key.Advance();
        return record;
    }
}
