using System.Text;
using Tunnel.Opening;
using Tunnel.OpenSsl;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Hostile;

/// <summary>What a peer does that is who it says it is, and means no good.</summary>
/// <param name="Bytes">What it sends, made with its key.</param>
/// <param name="MayEnd">It may be the end of the stream in order.</param>
internal sealed record KnownWord(string Name, Func<RecordKey, byte[]> Bytes, bool MayEnd = false);

/// <summary>Records that are sealed with the right key, and whose content is not as it should be.</summary>
internal static class KnownWords
{
    private const byte CloseNotify = 0;

    // As much as libssl takes of them.
    private const int Many = 2000;

    public static IEnumerable<KnownWord> All(Random random)
    {
        foreach (var type in (byte[])[0, 20, 24, 25, 99, 255])
        {
            var noise = Forgery.Noise(random, random.Next(1, 200));
            yield return new($"sealed record of type {type}", key => key.Record(noise, type));
        }

        foreach (var type in (byte[])[0, 20, 21, 22, 23, 24])
        {
            yield return new($"an empty sealed record of type {type}", key => key.Record([], type));
            yield return new($"{Many} of them, type {type}", key => key.Repeat(Many, [], type));
        }

        foreach (var alert in Enumerable.Range(0, 24).Select(_ => (byte)random.Next(256)).Append(CloseNotify).ToArray())
        {
            var isEnd = alert == CloseNotify;
            yield return new($"warning {alert}", key => key.Record([1, alert], Forgery.Alert), isEnd);
            yield return new($"fatal alert {alert}", key => key.Record([2, alert], Forgery.Alert), isEnd);
        }

        yield return new("half an alert", key => key.Record([2], Forgery.Alert));
        yield return new("an alert and a half", key => key.Record([1, 90, 1], Forgery.Alert));
        yield return new($"{Many} warnings", key => key.Repeat(Many, [1, 90], Forgery.Alert));
        foreach (var type in (byte[])[0, 1, 2, 4, 5, 8, 11, 13, 15, 20, 24, 25, 254])
        {
            foreach (var length in (int?[])[null, 0, 1, 0xffffff])
            {
                var body = Forgery.Message(type, Forgery.Noise(random, random.Next(0, 200)), length);
                yield return new($"message {type}, length {length}", key => key.Record(body, Forgery.Handshake));
            }
        }

        foreach (var request in (byte[])[0, 1, 2, 255])
        {
            yield return new(
                $"KeyUpdate {request} under the old key",
                key => key.Repeat(3, [24, 0, 0, 1, request], Forgery.Handshake)
            );
        }

        yield return new("new keys without end", key => Keys(key, Many));
        yield return new("a KeyUpdate in five records", key => [.. new byte[] { 24, 0, 0, 1, 1 }.SelectMany(One(key))]);
        foreach (var length in (int[])[(1 << 14) + 1, (1 << 14) + 300, 60_000])
        {
            yield return new($"{length} bytes in a sealed record", key => key.Record(new byte[length], 23));
        }

        yield return new("a false tag", key => Spoilt(key.Record([1, 2, 3], 23)));
        yield return new("a record twice", key => Forgery.Many(2, key.Record([], 23)));
        yield return new("a record is missing", key => Behind(key.Record([], 23), key.Record([1], 23)));
        yield return new("half a record", key => key.Record(new byte[500], 23)[..300]);
        foreach (var (name, bytes) in Forgery.Kinds(random))
        {
            yield return new($"not sealed: {name}", _ => bytes);
        }
    }

    /// <summary>Whether somebody reads on is for him to say: what a server says before anything else.</summary>
    public static IEnumerable<KnownWord> Greetings(Random random)
    {
        foreach (var code in (byte[])[0, 8, 22, 128, 255])
        {
            yield return Greeting($"code {code}", [code, 3, 1, 2, 3]);
        }

        foreach (var code in Enum.GetValues<GreetingCode>().Where(code => code != GreetingCode.Ready))
        {
            var noise = Forgery.Noise(random, 255);
            yield return Greeting($"{code}, noise", [(byte)code, 255, .. noise]);
            yield return Greeting($"{code}, nothing", [(byte)code, 0]);
            yield return Greeting($"{code}, cut off", [(byte)code, 255, .. noise[..17]]);
            var words = "\r\nERROR forged \u001b[2J\u0000 \u202e words"u8.ToArray();
            yield return Greeting($"{code}, line breaks", [(byte)code, (byte)words.Length, .. words]);
        }

        foreach (var wait in (string[])["99999999999999999999 x", "-1 x", " x", "1", "2147483647 ", "1e9 limits"])
        {
            var words = Encoding.ASCII.GetBytes(wait);
            yield return Greeting($"busy, {wait}", [(byte)GreetingCode.Busy, (byte)words.Length, .. words]);
        }

        yield return Greeting("a byte", [1]);
        yield return Greeting("noise", [.. Forgery.Noise(random, 600).Select(b => (byte)(b | 0x40))]);
        yield return new(
            "other words in records of a byte",
            key => [.. new byte[] { 9, 1, 1 }.SelectMany(b => key.Record([b], Forgery.ApplicationData))]
        );

        static KnownWord Greeting(string name, byte[] frame) => new($"greeting: {name}", key => key.Record(frame, 23));
    }

    /// <summary>The second alone, whatever was made before it.</summary>
    private static byte[] Behind(byte[] _, byte[] second) => second;

    private static Func<byte, byte[]> One(RecordKey key) => b => key.Record([b], Forgery.Handshake);

    private static byte[] Keys(RecordKey key, int count) =>
        [.. Enumerable.Range(0, count).SelectMany(_ => key.NextKey(1))];

    private static byte[] Spoilt(byte[] record)
    {
        record[^1] ^= 1;
        return record;
    }
}
