using System.Buffers.Binary;
using NUnit.Framework;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Tls;

/// <summary>What a client's first bytes are worth before a TLS library sees them.</summary>
public sealed class ClientHelloGateTests
{
    private const byte UnexpectedMessage = 10;
    private const byte RecordOverflow = 22;
    private const byte IllegalParameter = 47;
    private const byte ProtocolVersion = 70;

    private const int FullRecord = 1 << 14;

    // With the headers of two records and of the message.
    private const int LongestBody = ClientHelloGate.MostBytes - (2 * 5) - 4;

    public static IEnumerable<TestCaseData> Refused()
    {
        yield return Case("HTTP", "GET / HTTP/1.1\r\n"u8, UnexpectedMessage, "type 71");
        yield return Case("SSL 2.0", [0x80, 0x2e, 1, 3, 3], UnexpectedMessage, "type 128");
        yield return Case("one byte", [0], UnexpectedMessage, "type 0");
        yield return Case("a type of TLS that is none of a client", [23, 3, 3], UnexpectedMessage, "type 23");
        yield return Case("another major version", [22, 4], ProtocolVersion, "version 4");
        yield return Case("a record too long", [22, 3, 1, 0x40, 1], RecordOverflow, "16385 bytes");
        yield return Case("the longest length", [22, 3, 1, 0xff, 0xff], RecordOverflow, "65535 bytes");
        yield return Case("an empty record", [22, 3, 1, 0, 0], UnexpectedMessage, "0 bytes");
        yield return Case("an alert that is none", [21, 3, 1, 0x40, 0], UnexpectedMessage, "16384 bytes");
        yield return Case("a ServerHello", [22, 3, 3, 0, 90, 2], UnexpectedMessage, "message 2");
        yield return Case("131,000 bytes", Record(Header(131_000)), IllegalParameter, "too long");
        yield return Case("16 MiB", Record(Header(0xff_ffff)), IllegalParameter, "too long");
        yield return Case(
            "a byte too many",
            Record(Header(ClientHelloGate.MostBytes - 8)),
            IllegalParameter,
            "too long"
        );
        yield return Case(
            "a byte too many behind it",
            Split(Message(LongestBody + 1), FullRecord).AsSpan(0, ClientHelloGate.MostBytes),
            IllegalParameter,
            "too long"
        );
        yield return Case("header in four records", Split(Header(131_000), 1), IllegalParameter, "too long");
        yield return Case("an alert within", [.. Record(Header(9)), 21, 3, 3, 0, 2], UnexpectedMessage, "type 21");
        yield return Case(
            "crumbs",
            Split(Message(5000), 1).AsSpan(0, ClientHelloGate.MostBytes),
            IllegalParameter,
            "too long"
        );
    }

    [TestCaseSource(nameof(Refused))]
    public void What_cannot_be_a_hello_is_refused(byte[] bytes, int alert, string words)
    {
        var gate = new ClientHelloGate();

        Assert.That(gate.Look(bytes), Is.EqualTo(GateStep.Refuse));
        Assert.That(gate.Fault.Alert, Is.EqualTo(alert), gate.Fault.Words);
        Assert.That(gate.Fault.Words, Does.Contain(words));
    }

    [TestCaseSource(nameof(Refused))]
    public void It_is_refused_at_the_same_byte_when_it_drips(byte[] bytes, int alert, string words)
    {
        var (step, at, fault) = Drip(bytes);

        Assert.That((step, fault.Alert), Is.EqualTo((GateStep.Refuse, (byte)alert)), words);
        Assert.That(at, Is.LessThanOrEqualTo(ClientHelloGate.MostBytes));
    }

    [Test]
    public async Task A_real_hello_passes_with_its_last_byte_and_not_before()
    {
        var hello = await ClientHello.BytesAsync();

        Assert.That(new ClientHelloGate().Look(hello), Is.EqualTo(GateStep.Pass));
        Assert.That(new ClientHelloGate().Look([.. hello, 20, 3, 3, 0, 1, 1]), Is.EqualTo(GateStep.Pass));
        Assert.That(Drip(hello), Is.EqualTo((GateStep.Pass, hello.Length, default(GateFault))));
    }

    [Test]
    public void A_hello_may_be_split_over_records([Values(1, 3, 4, 5, 500)] int recordBytes)
    {
        var hello = Split(Message(1_000), recordBytes);

        Assert.That(new ClientHelloGate().Look(hello), Is.EqualTo(GateStep.Pass));
        Assert.That(Drip(hello), Is.EqualTo((GateStep.Pass, hello.Length, default(GateFault))));
    }

    [TestCase(0)]
    [TestCase(1_800)]
    [TestCase(LongestBody)]
    public void Every_length_up_to_the_limit_passes(int length)
    {
        var hello = Split(Message(length), FullRecord);

        Assert.That(Drip(hello), Is.EqualTo((GateStep.Pass, hello.Length, default(GateFault))));
    }

    [Test]
    public void An_alert_is_for_the_library_to_read()
    {
        byte[] alert = [21, 3, 1, 0, 2, 2, 40];

        Assert.That(Drip(alert), Is.EqualTo((GateStep.Pass, alert.Length, default(GateFault))));
    }

    [Test]
    public void Whatever_comes_it_is_decided_within_the_limit_and_alike_in_any_pieces()
    {
        var random = new Random(9);
        for (var i = 0; i < 2_000; i++)
        {
            var bytes = new byte[ClientHelloGate.MostBytes];
            random.NextBytes(bytes);
            // Most of them plausible for some way, so that not all end at the first byte.
            Record(Header(random.Next(LongestBody)), random.Next(4, 1 << random.Next(3, 14))).CopyTo(bytes, 0);
            var whole = new ClientHelloGate();
            var step = whole.Look(bytes);

            Assert.That(step, Is.Not.EqualTo(GateStep.Wait));
            var gate = new ClientHelloGate();
            var inPieces = GateStep.Wait;
            for (var at = 0; inPieces == GateStep.Wait; )
            {
                at = Math.Min(bytes.Length, at + random.Next(1, 3_000));
                inPieces = gate.Look(bytes.AsSpan(0, at));
            }

            Assert.That((inPieces, gate.Fault), Is.EqualTo((step, whole.Fault)), $"round {i}");
        }
    }

    private static (GateStep Step, int At, GateFault Fault) Drip(byte[] bytes)
    {
        var gate = new ClientHelloGate();
        var at = 0;
        var step = GateStep.Wait;
        while (step == GateStep.Wait && at < bytes.Length)
        {
            step = gate.Look(bytes.AsSpan(0, ++at));
        }

        return (step, at, gate.Fault);
    }

    private static TestCaseData Case(string name, ReadOnlySpan<byte> bytes, byte alert, string words) =>
        new TestCaseData(bytes.ToArray(), (int)alert, words).SetArgDisplayNames(name);

    private static byte[] Header(int length) => [1, (byte)(length >> 16), (byte)(length >> 8), (byte)length];

    private static byte[] Message(int length) => [.. Header(length), .. new byte[length]];

    private static byte[] Record(byte[] content, int? claimed = null)
    {
        byte[] record = [22, 3, 1, 0, 0, .. content];
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(3), (ushort)(claimed ?? content.Length));
        return record;
    }

    private static byte[] Split(byte[] message, int recordBytes) =>
        [.. message.Chunk(recordBytes).SelectMany(piece => Record(piece))];
}
