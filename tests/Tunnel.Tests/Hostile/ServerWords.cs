using System.Text;

namespace Tunnel.Tests.Hostile;

/// <summary>What answers a client's hello where a tunnel server should be.</summary>
internal static class ServerWords
{
    private const int SessionIdAt = 5 + 4 + 2 + 32;

    private static readonly byte[] _helloRetry = Convert.FromHexString(
        "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c"
    );

    private static readonly (string Name, string Text)[] _protocols =
    [
        ("HTTP", "HTTP/1.1 400 Bad Request\r\n\r\n"),
        ("SSH", "SSH-2.0-OpenSSH_9.2\r\n"),
        ("SMTP", "220 mail.example ESMTP\r\n"),
        ("Redis", "-ERR unknown command\r\n"),
        ("PostgreSQL", "S"),
        ("MySQL", "\u004a\0\0\0\n8.0.36\0"),
        ("line breaks and escape sequences", "\r\nERROR forged\u001b[2J\r\n"),
    ];

    /// <param name="random">Once: each answer is drawn when the probe is made.</param>
    /// <returns>Each takes the client's hello.</returns>
    public static IEnumerable<(string Name, Func<byte[], byte[]> Answer)> All(Random random) =>
        [
            ("nothing", _ => []),
            .. _protocols.Select(word => (word.Name, Always(Encoding.Latin1.GetBytes(word.Text)))),
            .. Forgery.Kinds(random).ToArray().Select(forged => (forged.Name, Always(forged.Bytes))),
            .. Hellos(random.Next()),
        ];

    private static IEnumerable<(string Name, Func<byte[], byte[]> Answer)> Hellos(int seed)
    {
        var (good, noise) = (new byte[32], new byte[32]);
        new Random(seed).NextBytes(good);
        new Random(seed + 1).NextBytes(noise);
        var tls13 = Extension(43, [3, 4]);
        byte[] share = Extension(51, [0, 0x1d, 0, 32, .. noise]);
        // RFC 8446 section 4.1.3: a server that could do better says so.
        byte[] sentinel = [.. good[..24], .. "DOWNGRD"u8, 1];
        byte[] lowSentinel = [.. good[..24], .. "DOWNGRD"u8, 0];
        yield return ("a hello with a false share", Hello(good, 0x0303, 0x1301, [.. tls13, .. share]));
        yield return ("downgrade to TLS 1.2", Hello(sentinel, 0x0303, 0xc02b, []));
        foreach (var version in (ushort[])[0x0002, 0x0300, 0x0301, 0x0302, 0x0304, 0x0305])
        {
            yield return ($"version {version:x4}", Hello(good, version, 0xc02b, []));
            yield return ($"downgrade to {version:x4}", Hello(lowSentinel, version, 0x0035, []));
            var supported = Extension(43, [(byte)(version >> 8), (byte)version]);
            yield return ($"supported version {version:x4}", Hello(good, 0x0303, 0x1301, [.. supported, .. share]));
        }

        foreach (var cipher in (ushort[])[0x0000, 0x0001, 0x002f, 0x0034, 0x0035, 0x00ff, 0x5600, 0x1305, 0xfafa])
        {
            yield return ($"cipher {cipher:x4}", Hello(good, 0x0303, cipher, []));
            yield return ($"cipher {cipher:x4} in TLS 1.3", Hello(good, 0x0303, cipher, [.. tls13, .. share]));
        }

        yield return ("no share", Hello(good, 0x0303, 0x1301, tls13));
        yield return ("an empty share", Hello(good, 0x0303, 0x1301, [.. tls13, .. Extension(51, [0, 0x1d, 0, 0])]));
        yield return (
            "a share of another group",
            Hello(good, 0x0303, 0x1301, [.. tls13, .. Extension(51, [0, 0x1e, 0, 1, 0])])
        );
        yield return (
            "a ticket that was not offered",
            Hello(good, 0x0303, 0x1301, [.. tls13, .. Extension(41, [0, 0])])
        );
        yield return ("compression", Hello(good, 0x0303, 0xc02b, [], compression: 1));
        yield return ("a session id of its own", Hello(good, 0x0303, 0x1301, [.. tls13, .. share], ownId: true));
        yield return ("extensions that were not asked for", Hello(good, 0x0303, 0xc02b, Extension(0xfafa, noise)));
        byte[] again = [.. tls13, .. Extension(51, [0, 0x17])];
        yield return ("a retry", Hello(_helloRetry, 0x0303, 0x1301, again));
        yield return ("a retry of the same group", Hello(_helloRetry, 0x0303, 0x1301, Extension(51, [0, 0x1d])));
        yield return ("two retries", hello => Forgery.Many(2, Hello(_helloRetry, 0x0303, 0x1301, again)(hello)));
        byte[] cookie = Extension(44, HelloShape.Vector(new byte[16_000]));
        yield return ("a retry with a long cookie", Hello(_helloRetry, 0x0303, 0x1301, [.. tls13, .. cookie]));
        yield return (
            "a hello and a certificate without end",
            hello =>
                [
                    .. Hello(good, 0x0303, 0xc02b, [])(hello),
                    .. Forgery.Record(Forgery.Handshake, Forgery.Message(11, new byte[16_000], claimed: 0xffffff)),
                    .. Forgery.Many(20, Forgery.Record(Forgery.Handshake, new byte[16_384])),
                ]
        );
    }

    private static Func<byte[], byte[]> Always(byte[] answer) => _ => answer;

    /// <summary>A ServerHello (RFC 8446 section 4.1.3) that fits to the client's.</summary>
    private static Func<byte[], byte[]> Hello(
        byte[] random,
        ushort version,
        ushort cipher,
        byte[] extensions,
        byte compression = 0,
        bool ownId = false
    ) =>
        hello =>
        {
            byte[] id = ownId ? random : hello[(SessionIdAt + 1)..(SessionIdAt + 1 + hello[SessionIdAt])];
            byte[] body =
            [
                (byte)(version >> 8),
                (byte)version,
                .. random,
                (byte)id.Length,
                .. id,
                (byte)(cipher >> 8),
                (byte)cipher,
                compression,
                .. HelloShape.Vector(extensions),
            ];
            return Forgery.Record(Forgery.Handshake, Forgery.Message(2, body));
        };

    private static byte[] Extension(ushort type, byte[] body) =>
        [(byte)(type >> 8), (byte)type, .. HelloShape.Vector(body)];
}
