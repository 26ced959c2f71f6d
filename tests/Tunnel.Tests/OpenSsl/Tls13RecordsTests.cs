using System.Security.Cryptography;
using NUnit.Framework;
using Tunnel.Net;
using Tunnel.OpenSsl;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.OpenSsl;

/// <summary>Records by themselves: two ends with the same secrets, and bytes between them.</summary>
public sealed class Tls13RecordsTests
{
    private const int Overhead = RecordEnds.Overhead;

    private static readonly string[] _suites =
    [
        "TLS_AES_256_GCM_SHA384",
        "TLS_AES_128_GCM_SHA256",
        "TLS_CHACHA20_POLY1305_SHA256",
    ];

    private static readonly int[] _lengths = [1, 15, 16, 63, 64, 1023, 1024, 1025, 1087, 1088, 16383, 16384];

    [Test]
    public void The_records_of_a_turn_fit_the_largest_buffer() =>
        Assert.That(ITlsRecords.RoomFor(BufferPool.LargePlaintext), Is.LessThanOrEqualTo(BufferPool.Large));

    [Test]
    public void Any_length_comes_back_as_it_was([ValueSource(nameof(_suites))] string suite)
    {
        using var ends = new RecordEnds(suite);
        foreach (var length in (int[])[.. _lengths, 16385, 100_000])
        {
            var plain = RandomNumberGenerator.GetBytes(length);
            var wire = ends.Write(plain);

            Assert.That(wire, Has.Length.EqualTo(length + ((length + 16383) / 16384 * Overhead)));
            Assert.That(ends.Read(wire), Is.EqualTo(plain));
        }
    }

    /// <summary>The key, the IV and a record as RFC 8446 makes them, by .NET's own HKDF and AES-GCM.</summary>
    [Test]
    public void A_record_is_what_RFC_8446_says()
    {
        var secret = RandomNumberGenerator.GetBytes(48);
        var suite = AeadSuite.Find(_suites[0])!;
        using var sealing = new RecordKey(suite, [.. secret], seals: true, sequence: 258);
        var record = new byte[2000 + Overhead];
        var content = RandomNumberGenerator.GetBytes(2000);

        Assert.That(sealing.Seal(content, ContentTypes.ApplicationData, record), Is.EqualTo(record.Length));

        var key = HKDF.Expand(suite.Hash, secret, 32, [0, 32, 9, .. "tls13 key"u8, 0]);
        var nonce = HKDF.Expand(suite.Hash, secret, 12, [0, 12, 8, .. "tls13 iv"u8, 0]);
        nonce[10] ^= 1;
        nonce[11] ^= 2;
        using var aes = new AesGcm(key, 16);
        var plain = new byte[2001];
        aes.Decrypt(nonce, record[5..^16], record[^16..], plain, record[..5]);
        Assert.That(record[..5], Is.EqualTo(new byte[] { 23, 3, 3, 2017 >> 8, 2017 & 255 }));
        Assert.That(plain, Is.EqualTo((byte[])[.. content, 23]));
    }

    [Test]
    public void A_stream_may_come_in_any_pieces()
    {
        using var ends = new RecordEnds(_suites[0]);
        var plain = RandomNumberGenerator.GetBytes(40_000);
        var wire = ends.Write(plain);
        var random = new Random(7);
        var got = new List<byte>();
        var held = Array.Empty<byte>();
        for (var at = 0; at < wire.Length; )
        {
            var piece = random.Next(1, 9000);
            held = [.. held, .. wire.AsSpan(at, Math.Min(piece, wire.Length - at))];
            at += piece;
            got.AddRange(ends.ReadSome(held, out var status, out var consumed));
            Assert.That(status, Is.EqualTo(TlsStatus.WantRead));
            held = held[consumed..];
        }

        Assert.That(got, Is.EqualTo(plain));
    }

    [Test]
    public void Every_changed_bit_is_noticed()
    {
        for (var bit = 0; bit < (3 + Overhead) * 8; bit++)
        {
            using var ends = new RecordEnds(_suites[0]);
            var wire = ends.Write([1, 2, 3]);
            wire[bit / 8] ^= (byte)(1 << (bit % 8));

            var plain = ends.ReadSome([.. wire, .. new byte[70_000]], out var status, out _);

            Assert.That((status, plain), Is.EqualTo((TlsStatus.Failed, Array.Empty<byte>())), $"bit {bit}");
        }
    }

    [Test]
    public void A_record_that_is_repeated_left_out_or_exchanged_is_noticed()
    {
        foreach (
            var order in (int[][])
                [
                    [0, 0],
                    [1],
                    [1, 0],
                ]
        )
        {
            using var ends = new RecordEnds(_suites[0]);
            byte[][] records = [ends.Write([1]), ends.Write([2])];

            ends.ReadSome([.. order.SelectMany(i => records[i])], out var status, out _);

            Assert.That(status, Is.EqualTo(TlsStatus.Failed), string.Join(',', order));
        }
    }

    [Test]
    public void Keys_change_before_they_are_worn_out_and_data_goes_on()
    {
        using var ends = new RecordEnds(_suites[0], mostRecordsOfAKey: 3);
        for (var i = 0; i < 20; i++)
        {
            var wire = ends.Write([(byte)i]);

            // The fourth record is the first under the second key.
            Assert.That(wire.Length > 1 + Overhead, Is.EqualTo(i > 0 && i % 3 == 0), $"record {i}");
            Assert.That(ends.Read(wire), Is.EqualTo(new[] { (byte)i }));
        }
    }

    [Test]
    public void Padding_is_no_data_and_an_empty_record_none()
    {
        using var ends = new RecordEnds(_suites[0]);
        // The type is what stands before the zeros, so content of ours can play type and padding.
        byte[] wire =
        [
            .. ends.Seal([7, ContentTypes.ApplicationData, 0, 0, 0], 0),
            .. ends.Seal([], ContentTypes.ApplicationData),
            .. ends.Write([8]),
        ];

        Assert.That(ends.Read(wire), Is.EqualTo(new byte[] { 7, 8 }));
    }
}
