using System.Text;

namespace Tunnel.Tests.Hostile;

/// <summary>What a stranger says to a server's port.</summary>
/// <param name="Behind">What he says when the server has answered; null: nothing.</param>
internal sealed record FirstWord(string Name, byte[] Bytes, byte[]? Behind = null)
{
    /// <summary>The first byte shows that it is not TLS.</summary>
    public bool IsNoTls => Bytes is [not (Forgery.Alert or Forgery.Handshake), ..];
}

/// <summary>Other protocols, hellos that are too old, too weak, too long or senseless, and forged records.</summary>
internal static class FirstWords
{
    private static readonly (string Name, string Text)[] _protocols =
    [
        ("HTTP", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        ("HTTP with a line break in it", "GET /\nERROR forged line\r\n HTTP/1.1\r\n\r\n"),
        ("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        ("CONNECT", "CONNECT 127.0.0.1:5432 HTTP/1.1\r\n\r\n"),
        ("SSH", "SSH-2.0-OpenSSH_9.2\r\n"),
        ("SMTP", "EHLO localhost\r\nSTARTTLS\r\n"),
        ("Redis", "*1\r\n$4\r\nPING\r\n"),
        ("PROXY v1", "PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n"),
        ("escape sequences", "\u001b[2J\u001b]0;title\u0007\r\n"),
    ];

    private static readonly (string Name, string Hex)[] _binary =
    [
        ("SSLRequest of PostgreSQL", "0000000804d2162f"),
        ("startup of PostgreSQL", "000000210003000075736572007472757374006461746162617365006100"),
        ("RDP", "030000130ee000000000000100080003000000"),
        ("SMB", "00000054ff534d4272000000001801280000"),
        ("SOCKS 5", "050100"),
        ("MQTT", "101000044d5154540402003c0004746573740a"),
        ("DNS over TCP", "001d0001010000010000000000000776657273696f6e0462696e640000100003"),
        ("PROXY v2", "0d0a0d0a000d0a515549540a2111000c7f0000017f00000100010002"),
        ("ClientHello of SSL 2", "802e0100020015000000100100800200800300800400800500800600400700c0"),
        (
            "ClientHello of SSL 2 for TLS 1.2",
            "802b010303001200000010000035000004000005feedbeef0102030405060708090a0b0c0d0e0f"
        ),
        ("a byte", "16"),
        ("half a header", "160301"),
        ("a header alone", "1603010200"),
    ];

    public static IEnumerable<FirstWord> All(Random random) =>
        [
            new("nothing", []),
            .. _protocols.Select(word => new FirstWord(word.Name, Encoding.Latin1.GetBytes(word.Text))),
            .. _binary.Select(word => new FirstWord(word.Name, Convert.FromHexString(word.Hex))),
            .. Hellos(random).Select(hello => new FirstWord(hello.Name, hello.Hello.Bytes())),
            .. Pieces(random),
            .. Forgery.Kinds(random).Select(forged => new FirstWord(forged.Name, forged.Bytes)),
        ];

    private static IEnumerable<(string Name, HelloShape Hello)> Hellos(Random random)
    {
        var good = new HelloShape(random);
        yield return ("a hello that nobody follows up", good);
        foreach (var version in (ushort[])[0x0002, 0x0300, 0x0301, 0x0302])
        {
            yield return ($"hello of version {version:x4}", good with { Version = version, Supported = null });
            yield return ($"hello that supports only {version:x4}", good with { Supported = [version] });
        }

        yield return ("hello of versions that do not exist", good with { Supported = [0x0305, 0x7f1c, 0xfafa] });
        yield return ("hello of TLS 1.3 and no list of versions", good with { Version = 0x0304, Supported = null });
        yield return ("hello with an empty list of versions", good with { Supported = [] });
        var old = good with { Supported = null };
        yield return ("static RSA alone", old with { Ciphers = [0x002f, 0x0035, 0x003c, 0x009c, 0x009d] });
        yield return ("ciphers without encryption", old with { Ciphers = [0x0001, 0x0002, 0x003b, 0xc006, 0xc010] });
        yield return ("ciphers without authentication", old with { Ciphers = [0x0018, 0x0034, 0x006c, 0xc018] });
        yield return ("export ciphers, RC4, 3DES", old with { Ciphers = [0x0003, 0x0008, 0x0004, 0x0005, 0x000a] });
        yield return ("fallback (RFC 7507)", old with { Version = 0x0302, Ciphers = [0xc02b, 0x5600] });
        yield return ("no cipher", good with { Ciphers = [] });
        yield return ("ten thousand ciphers", good with { Ciphers = [.. Enumerable.Repeat((ushort)0xfafa, 10_000)] });
        yield return ("no compression", good with { Compressions = [] });
        yield return ("deflate alone", good with { Compressions = [1] });
        yield return ("a session id of 255 bytes", good with { SessionIdBytes = 255 });
        yield return ("groups that nobody has", good with { Groups = [0x0001, 0xfafa], Shares = [] });
        yield return ("a share of a group that is not offered", good with { Shares = [(0x001e, new byte[56])] });
        yield return ("an empty share", good with { Shares = [(0x001d, [])] });
        yield return ("a share of zeros", good with { Shares = [(0x001d, new byte[32])] });
        yield return ("a point off its curve", good with { Shares = [(0x0017, [4, .. new byte[64]])] });
        yield return ("no shares", good with { Shares = [] });
        yield return ("signatures by SHA-1 and MD5", good with { Signatures = [0x0101, 0x0201, 0x0203] });
        foreach (var length in (int[])[0, 1, 255, 256, 16_000])
        {
            yield return ($"server name of {length} bytes", good with { ServerName = new string('a', length) });
        }

        yield return ("server name with a zero and a line break", good with { ServerName = "a\0b\r\nERROR" });
        foreach (var (name, body) in ProtocolLists())
        {
            yield return ($"ALPN: {name}", good with { Protocols = body });
        }

        foreach (var type in (ushort[])[0, 5, 10, 13, 16, 41, 42, 43, 44, 45, 51, 0xff01, 0xfafa])
        {
            yield return ($"extension {type} twice or empty", good with { More = [(type, [])] });
            var noise = Forgery.Noise(random, random.Next(1, 600));
            yield return ($"extension {type} with noise", good with { More = [(type, noise)] });
        }

        yield return ("two thousand extensions", good with { More = [.. Unknown(2000)] });
        yield return ("bytes behind the extensions", good with { Tail = Forgery.Noise(random, 9) });
    }

    private static IEnumerable<(ushort Type, byte[] Body)> Unknown(int count) =>
        Enumerable.Range(0x2000, count).Select(type => ((ushort)type, Array.Empty<byte>()));

    private static IEnumerable<(string Name, byte[] Body)> ProtocolLists()
    {
        yield return ("nothing", []);
        yield return ("an empty list", [0, 0]);
        yield return ("an empty name", [0, 1, 0]);
        yield return ("a name longer than the list", [0, 2, 200, 65]);
        yield return ("names that nobody knows", HelloShape.Vector([2, 104, 50, 8, .. "http/1.1"u8]));
        yield return ("a name with a line break", HelloShape.Vector([7, .. "\nERROR "u8]));
        yield return ("ten thousand names", HelloShape.Vector(Forgery.Many(10_000, [1, 65])));
        yield return ("the greeting's, from a stranger", HelloShape.Vector([10, .. "x-tunnel/1"u8]));
    }

    private static IEnumerable<FirstWord> Pieces(Random random)
    {
        var good = new HelloShape(random);
        yield return new("hello in records of a byte", good.InRecords(1));
        yield return new("hello in records of seven bytes", good.InRecords(7));
        var hello = good.Bytes();
        yield return new("half a hello", hello[..(hello.Length / 2)]);
        yield return new("two hellos", [.. hello, .. hello]);
        yield return new("hello and noise", [.. hello, .. Forgery.Noise(random, 3000)]);
        foreach (var (name, bytes) in Forgery.Kinds(random))
        {
            yield return new($"hello, then {name}", hello, bytes);
        }
    }
}
