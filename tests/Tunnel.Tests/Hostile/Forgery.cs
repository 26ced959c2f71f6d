using System.Buffers.Binary;

namespace Tunnel.Tests.Hostile;

/// <summary>Records of nobody's making.</summary>
internal static class Forgery
{
    public const byte ChangeCipherSpec = 20;
    public const byte Alert = 21;
    public const byte Handshake = 22;
    public const byte ApplicationData = 23;

    private static readonly byte[] _types = [ChangeCipherSpec, Alert, Handshake, ApplicationData, 24];

    /// <param name="claimed">The length that its header names; null: the true one.</param>
    public static byte[] Record(byte type, ReadOnlySpan<byte> content, ushort version = 0x0303, int? claimed = null)
    {
        var record = new byte[5 + content.Length];
        record[0] = type;
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(1), version);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(3), (ushort)(claimed ?? content.Length));
        content.CopyTo(record.AsSpan(5));
        return record;
    }

    public static byte[] Message(byte type, ReadOnlySpan<byte> body, int? claimed = null)
    {
        var length = claimed ?? body.Length;
        return [type, (byte)(length >> 16), (byte)(length >> 8), (byte)length, .. body];
    }

    /// <summary>One of each kind, with what chance adds.</summary>
    public static IEnumerable<(string Name, byte[] Bytes)> Kinds(Random random)
    {
        foreach (var type in _types)
        {
            yield return ($"empty record of type {type}", Record(type, []));
            yield return ($"40 empty records of type {type}", Many(40, Record(type, [])));
            yield return ($"record of type {type} and one byte", Record(type, [1]));
            yield return ($"record of type {type} with noise", Record(type, Noise(random, random.Next(2, 300))));
            yield return ($"record of type {type} of 2^14+257 bytes", Full(random, type, (1 << 14) + 257));
            yield return ($"record of type {type} of 65,535 bytes", Full(random, type, 65535));
        }

        foreach (var type in Some(random, 6, 256))
        {
            yield return ($"record of type {type}", Record((byte)type, Noise(random, 32)));
        }

        foreach (var version in (ushort[])[0x0000, 0x0002, 0x0200, 0x0300, 0x0301, 0x0304, 0x0305, 0x7f1c, 0xffff])
        {
            yield return ($"record of version {version:x4}", Record(Handshake, Noise(random, 40), version));
        }

        foreach (var alert in Some(random, 8, 256))
        {
            yield return ($"warning {alert}", Record(Alert, [1, (byte)alert]));
            yield return ($"fatal alert {alert}", Record(Alert, [2, (byte)alert]));
        }

        yield return ("alert of level 3", Record(Alert, [3, 0]));
        yield return ("two alerts in a record", Record(Alert, [1, 0, 2, 40]));
        yield return ("200 ChangeCipherSpecs", Many(200, Record(ChangeCipherSpec, [1])));
        yield return ("200 warnings", Many(200, Record(Alert, [1, 90])));
        foreach (var message in (byte[])[0, 1, 2, 3, 4, 5, 8, 11, 12, 13, 14, 15, 16, 20, 22, 24, 67, 254, 255])
        {
            yield return ($"empty message {message}", Record(Handshake, Message(message, [])));
            yield return ($"message {message} with noise", Record(Handshake, Message(message, Noise(random, 60))));
            yield return (
                $"message {message} of 2^24-1 bytes",
                Record(Handshake, Message(message, Noise(random, 60), claimed: 0xffffff))
            );
        }

        yield return ("a message's header in four records", Many(4, Record(Handshake, [0])));
        yield return ("noise", Noise(random, random.Next(1, 4000)));
        yield return ("zeros", new byte[random.Next(1, 4000)]);
    }

    public static byte[] Noise(Random random, int count)
    {
        var noise = new byte[count];
        random.NextBytes(noise);
        return noise;
    }

    public static byte[] Many(int count, byte[] bytes) => [.. Enumerable.Repeat(bytes, count).SelectMany(b => b)];

    private static byte[] Full(Random random, byte type, int length) => Record(type, Noise(random, length));

    private static int[] Some(Random random, int count, int below) =>
        Enumerable.Range(0, count).Select(_ => random.Next(below)).ToArray();
}
