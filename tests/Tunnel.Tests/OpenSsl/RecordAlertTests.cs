using NUnit.Framework;
using Tunnel.Net;
using Tunnel.OpenSsl;

namespace Tunnel.Tests.OpenSsl;

/// <summary>
/// What a peer may say besides data in TLS 1.3, and the alert that answers what it may not (RFC 8446 section 6).
/// </summary>
public sealed class RecordAlertTests
{
    private const string Suite = "TLS_AES_128_GCM_SHA256";
    private const byte Nothing = 0;
    private const byte Unexpected = 10;
    private const byte BadMac = 20;
    private const byte Overflow = 22;
    private const byte Illegal = 47;
    private const byte Decode = 50;
    private const byte Internal = 80;

    private static readonly byte[] _keyUpdate = [24, 0, 0, 1, 0];

    [TestCase(new byte[] { 1, 0 }, ContentTypes.Alert, TlsStatus.Closed, "", Internal)]
    [TestCase(new byte[] { 2, 48 }, ContentTypes.Alert, TlsStatus.Failed, "unknown_ca", Nothing)]
    [TestCase(new byte[] { 1, 48 }, ContentTypes.Alert, TlsStatus.Failed, "unknown_ca", Nothing)]
    [TestCase(new byte[] { 2, 20 }, ContentTypes.Alert, TlsStatus.Failed, "bad_record_mac", Nothing)]
    [TestCase(new byte[] { 2, 80 }, ContentTypes.Alert, TlsStatus.Failed, "broke off the stream", Nothing)]
    [TestCase(new byte[] { 2, 199 }, ContentTypes.Alert, TlsStatus.Failed, "alert 199", Nothing)]
    [TestCase(new byte[] { 1, 90 }, ContentTypes.Alert, TlsStatus.WantRead, "", Internal)]
    [TestCase(new byte[] { 2, 90 }, ContentTypes.Alert, TlsStatus.Failed, "broke off the stream", Nothing)]
    [TestCase(new byte[] { 2 }, ContentTypes.Alert, TlsStatus.Failed, "malformed alert", Decode)]
    [TestCase(new byte[] { 1, 0, 0 }, ContentTypes.Alert, TlsStatus.Failed, "malformed alert", Decode)]
    [TestCase(new byte[0], ContentTypes.Alert, TlsStatus.Failed, "malformed alert", Unexpected)]
    [TestCase(new byte[] { 24, 0, 0, 1, 0 }, ContentTypes.Handshake, TlsStatus.WantRead, "", Internal)]
    [TestCase(new byte[] { 24, 0, 0, 1, 2 }, ContentTypes.Handshake, TlsStatus.Failed, "undefined value", Illegal)]
    [TestCase(new byte[] { 24, 0, 0, 2, 0, 0 }, ContentTypes.Handshake, TlsStatus.Failed, "impossible length", Decode)]
    [TestCase(new byte[] { 24, 0, 0, 0 }, ContentTypes.Handshake, TlsStatus.Failed, "impossible length", Decode)]
    [TestCase(
        new byte[] { 24, 0, 0, 1, 0, 4 },
        ContentTypes.Handshake,
        TlsStatus.Failed,
        "not allowed here",
        Unexpected
    )]
    [TestCase(new byte[] { 4, 0, 0, 2, 0, 0 }, ContentTypes.Handshake, TlsStatus.WantRead, "", Internal)]
    [TestCase(new byte[] { 4, 0, 1, 0, 0, 0 }, ContentTypes.Handshake, TlsStatus.WantRead, "", Internal)]
    [TestCase(new byte[] { 4, 2, 1, 10, 0 }, ContentTypes.Handshake, TlsStatus.Failed, "impossible length", Decode)]
    [TestCase(
        new byte[] { 4, 0, 0, 1, 0, 24, 0, 0, 1, 0 },
        ContentTypes.Handshake,
        TlsStatus.WantRead,
        "",
        Internal,
        TestName = "A ticket and a KeyUpdate in one record"
    )]
    [TestCase(new byte[] { 13, 0, 0, 0 }, ContentTypes.Handshake, TlsStatus.Failed, "not allowed here", Unexpected)]
    [TestCase(new byte[0], ContentTypes.Handshake, TlsStatus.Failed, "not allowed here", Unexpected)]
    [TestCase(new byte[] { 1 }, (byte)20, TlsStatus.Failed, "not allowed here", Unexpected)]
    [TestCase(new byte[] { 1 }, (byte)0, TlsStatus.Failed, "no type", Unexpected)]
    public void What_a_server_says_besides_data(byte[] content, byte type, object status, string error, byte alert)
    {
        using var ends = new RecordEnds(Suite);
        // With type 0 everything looks like padding.
        var wire = ends.Seal(type == 0 ? [0] : content, type);

        Assert.That(ends.ReadSome(wire, out var told, out _), Is.Empty);

        Assert.That(told, Is.EqualTo(status));
        Assert.That(ends.Client.Fault?.Trouble.Cause ?? "", Does.Contain(error));
        Assert.That(ends.Alert(), Is.EqualTo(alert == Nothing ? null : new byte[] { 2, alert }));
    }

    [TestCase(new byte[] { 21, 3, 3, 0, 2, 2, 80 }, Unexpected, TestName = "An alert that anybody could have sent")]
    [TestCase(new byte[] { 20, 3, 3, 0, 1, 1 }, Unexpected, TestName = "A ChangeCipherSpec after the handshake")]
    [TestCase(new byte[] { 23, 3, 1, 0, 30 }, Decode, TestName = "Another version")]
    [TestCase(new byte[] { 23, 3, 3, 65, 1 }, Overflow, TestName = "A record longer than allowed is not waited for")]
    [TestCase(new byte[] { 23, 3, 3, 0, 16 }, BadMac, TestName = "A record with room for a tag alone")]
    [TestCase(new byte[] { 23, 3, 3, 0, 0 }, BadMac, TestName = "A record without anything")]
    public void What_is_no_record_is_answered(byte[] wire, byte alert)
    {
        using var ends = new RecordEnds(Suite);

        ends.ReadSome([.. ends.Seal([7], ContentTypes.ApplicationData), .. wire], out var status, out _);

        Assert.That(status, Is.EqualTo(TlsStatus.Failed));
        Assert.That(ends.Alert(), Is.EqualTo(new byte[] { 2, alert }));
    }

    [Test]
    public void A_changed_record_is_answered()
    {
        using var ends = new RecordEnds(Suite);
        var wire = ends.Write([1, 2, 3]);
        wire[^1] ^= 1;

        ends.ReadSome(wire, out var status, out _);

        Assert.That((status, ends.Alert()), Is.EqualTo((TlsStatus.Failed, new byte[] { 2, BadMac })));
    }

    [TestCase(16384, 0, TlsStatus.WantRead)]
    [TestCase(16383, 1, TlsStatus.WantRead)]
    [TestCase(0, 16384, TlsStatus.WantRead)]
    [TestCase(16385, 0, TlsStatus.Failed)]
    [TestCase(16384, 1, TlsStatus.Failed)]
    [TestCase(1, 16384, TlsStatus.Failed)]
    [TestCase(16384, 200, TlsStatus.Failed)]
    public void Content_and_padding_together_are_no_longer_than_content_alone_may_be(
        int content,
        int padding,
        object status
    )
    {
        using var ends = new RecordEnds(Suite);
        var inner = new byte[content + 1 + padding];
        inner.AsSpan(0, content).Fill(7);
        inner[content] = ContentTypes.ApplicationData;

        // Its last byte stands where a type does.
        var plain = ends.ReadSome(ends.Seal(inner[..^1], inner[^1]), out var told, out _);

        Assert.That(told, Is.EqualTo(status));
        Assert.That(plain, Is.EqualTo(told == TlsStatus.Failed ? [] : inner[..content]));
        Assert.That(ends.Alert(), Is.EqualTo(new byte[] { 2, told == TlsStatus.Failed ? Overflow : Internal }));
    }

    [Test]
    public void A_message_in_pieces_is_put_together([Values(1, 2, 3, 4)] int first, [Values] bool byteByByte)
    {
        using var ends = new RecordEnds(Suite);
        byte[][] pieces = byteByByte ? [.. _keyUpdate.Chunk(1)] : [_keyUpdate[..first], _keyUpdate[first..]];
        byte[] wire = [.. pieces.SelectMany(piece => ends.Seal(piece, ContentTypes.Handshake))];
        ends.Advance();

        Assert.That(ends.Read([.. wire, .. ends.Write([1, 2, 3])]), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public void A_ticket_may_end_where_a_KeyUpdate_begins()
    {
        using var ends = new RecordEnds(Suite);
        byte[] wire =
        [
            .. ends.Seal([4, 0, 0, 2, 1], ContentTypes.Handshake),
            .. ends.Seal([1, 24, 0], ContentTypes.Handshake),
            .. ends.Seal([0, 1, 0], ContentTypes.Handshake),
        ];
        ends.Advance();

        Assert.That(ends.Read([.. wire, .. ends.Write([9])]), Is.EqualTo(new byte[] { 9 }));
    }

    [TestCase(ContentTypes.ApplicationData, new byte[] { 1 })]
    [TestCase(ContentTypes.ApplicationData, new byte[0])]
    [TestCase(ContentTypes.Alert, new byte[] { 1, 0 })]
    [TestCase(ContentTypes.Alert, new byte[] { 1, 90 })]
    public void Nothing_stands_between_the_pieces_of_a_message(byte type, byte[] content)
    {
        foreach (var first in (int[])[1, 3, 4])
        {
            using var ends = new RecordEnds(Suite);
            byte[] wire = [.. ends.Seal(_keyUpdate[..first], ContentTypes.Handshake), .. ends.Seal(content, type)];

            var plain = ends.ReadSome(wire, out var status, out _);

            Assert.That((status, plain), Is.EqualTo((TlsStatus.Failed, Array.Empty<byte>())), $"after {first} bytes");
            Assert.That(ends.Client.Fault?.Trouble.Cause, Does.Contain("between the pieces"));
            Assert.That(ends.Alert(), Is.EqualTo(new byte[] { 2, Unexpected }));
        }
    }

    [Test]
    public void A_fatal_alert_is_heard_wherever_it_stands()
    {
        using var ends = new RecordEnds(Suite);
        byte[] wire = [.. ends.Seal([24, 0], ContentTypes.Handshake), .. ends.Seal([2, 80], ContentTypes.Alert)];

        ends.ReadSome(wire, out var status, out _);

        Assert.That(status, Is.EqualTo(TlsStatus.Failed));
        Assert.That(ends.Client.Fault?.Kind, Is.EqualTo(TransportFaultKind.BrokenOff));
    }

    [Test]
    public void An_alert_is_the_last_word()
    {
        using var ends = new RecordEnds(Suite);
        var output = new byte[ITlsRecords.RoomFor(1)];

        Assert.That(ends.Alert(), Is.EqualTo(new byte[] { 2, Internal }));

        Assert.That(ends.Alert(), Is.Null);
        Assert.That(ends.Client.Write([1], output, out var written), Is.EqualTo(TlsStatus.Failed));
        Assert.That(ends.Client.Shutdown(output, out var bytes), Is.EqualTo(TlsStatus.Failed));
        Assert.That((written, bytes), Is.EqualTo((0, 0)));
        Assert.That(ends.Read(ends.Write([1])), Is.EqualTo(new byte[] { 1 }), "reading goes on");
    }

    [Test]
    public void Behind_close_notify_there_is_no_alert()
    {
        using var ends = new RecordEnds(Suite);

        Assert.That(ends.Client.Shutdown(new byte[ITlsRecords.RoomFor(0)], out _), Is.EqualTo(TlsStatus.Complete));

        Assert.That(ends.Alert(), Is.Null);
    }

    [Test]
    public void An_alert_stands_behind_data_under_the_same_key_though_a_new_one_is_owed()
    {
        using var ends = new RecordEnds(Suite);
        ends.Read(ends.Seal([24, 0, 0, 1, 1], ContentTypes.Handshake));

        Assert.That(ends.Alert(), Is.EqualTo(new byte[] { 2, Internal }));
    }

    [TestCase(23, new byte[0], 32, "empty")]
    [TestCase(21, new byte[] { 1, 90 }, 4, "warnings")]
    [TestCase(22, new byte[] { 24, 0, 0, 1, 0 }, 32, "new keys")]
    public void What_libssl_takes_of_records_without_data_is_taken_and_no_more(
        byte type,
        byte[] content,
        int most,
        string error
    )
    {
        using var ends = new RecordEnds(Suite);
        for (var round = 0; round < 3; round++)
        {
            Assert.That(ends.Read(Flood(ends, most)), Is.Empty);
            Assert.That(ends.Read(ends.Write([1])), Is.EqualTo(new byte[] { 1 }), "data begins the count anew");
        }

        ends.ReadSome(Flood(ends, most + 1), out var status, out _);

        Assert.That(status, Is.EqualTo(TlsStatus.Failed));
        Assert.That(ends.Client.Fault?.Trouble.Cause, Does.Contain(error).And.Contain("without end"));
        Assert.That(ends.Alert(), Is.EqualTo(new byte[] { 2, Unexpected }));

        byte[] Flood(RecordEnds from, int count) =>
            [
                .. Enumerable
                    .Range(0, count)
                    .SelectMany(_ =>
                    {
                        var record = from.Seal(content, type);
                        if (type == ContentTypes.Handshake)
                        {
                            from.Advance();
                        }

                        return record;
                    }),
            ];
    }

    [Test]
    public void Padding_alone_is_an_empty_record_too()
    {
        using var ends = new RecordEnds(Suite);
        byte[] wire =
        [
            .. Enumerable.Range(0, 33).SelectMany(_ => ends.Seal([ContentTypes.ApplicationData, .. new byte[999]], 0)),
        ];

        Assert.That(ends.ReadSome(wire, out var status, out _), Is.Empty);

        Assert.That(status, Is.EqualTo(TlsStatus.Failed));
    }

    [Test]
    public void A_client_has_no_tickets_to_give()
    {
        using var ends = new RecordEnds(Suite);
        var wire = ends.SealAsClient([4, 0, 0, 0], ContentTypes.Handshake);

        var status = ends.Server.Read(wire, new byte[wire.Length], out _, out _);

        Assert.That(status, Is.EqualTo(TlsStatus.Failed));
    }
}
