using FsCheck;
using NUnit.Framework;
using Tunnel.Tests.TestKit;
using Tunnel.Tls.SslStreamBackend;

namespace Tunnel.Tests.Tls;

public sealed class ResumptionSnifferTests
{
    private const byte ServerHello = 2;
    private const byte NewSessionTicket = 4;
    private const byte Certificate = 11;
    private const int PreSharedKey = 41;
    private const int SupportedVersions = 43;
    private const int KeyShare = 51;

    // Of SecP384r1MLKEM1024, the largest group there is.
    private const int LargestKeyShare = 1665;

    private static readonly byte[] _hello12 = Handshake(ServerHello, Hello());
    private static readonly byte[] _hello13 = Handshake(ServerHello, Hello(SupportedVersions, KeyShare));
    private static readonly byte[] _hello13Resumed = Handshake(
        ServerHello,
        Hello(KeyShare, SupportedVersions, PreSharedKey)
    );
    private static readonly byte[] _hello13PostQuantum = Handshake(
        ServerHello,
        HelloWith([
            .. Extension(SupportedVersions, 2),
            .. Extension(KeyShare, 4 + LargestKeyShare),
            .. Extension(PreSharedKey, 2),
        ])
    );
    private static readonly byte[] _certificate = Handshake(Certificate, new byte[3000]);
    private static readonly byte[] _ticket = Handshake(NewSessionTicket, new byte[180]);
    private static readonly byte[] _changeCipherSpec = Record(20, [1]);

    public static IEnumerable<TestCaseData> Flights =>
        [
            Flight("TLS 1.2 in full", false, Record(22, _hello12), Record(22, _certificate)),
            Flight("TLS 1.2 in full, in one record", false, Record(22, [.. _hello12, .. _certificate])),
            Flight("TLS 1.2 resumed by id", true, Record(22, _hello12), _changeCipherSpec),
            Flight("TLS 1.2 resumed by ticket", true, Record(22, _hello12), Record(22, _ticket)),
            Flight("TLS 1.3 in full", false, Record(22, _hello13), _changeCipherSpec),
            Flight("TLS 1.3 resumed", true, Record(22, _hello13Resumed), _changeCipherSpec),
            Flight("TLS 1.3 resumed, post-quantum", true, Record(22, _hello13PostQuantum), _changeCipherSpec),
        ];

    [TestCaseSource(nameof(Flights))]
    public void A_flight_says_whether_the_session_was_resumed(byte[] flight, bool resumed)
    {
        for (var size = 1; size <= flight.Length; size = (size * 3) + 1)
        {
            var sniffer = new ResumptionSniffer();
            foreach (var piece in flight.Chunk(size))
            {
                sniffer.Feed(piece);
            }

            Assert.That(sniffer.Resumed(), Is.EqualTo(resumed), $"in pieces of {size}");
        }
    }

    [QuietProperty]
    public void Garbage_does_not_throw(byte[] garbage, PositiveInt[] splits)
    {
        var sniffer = new ResumptionSniffer();
        foreach (var piece in Pieces.Of(garbage, splits))
        {
            sniffer.Feed(piece);
        }

        sniffer.Resumed();
    }

    [QuietProperty(MaxTest = 1000)]
    public void A_damaged_flight_does_not_throw(NonNegativeInt which, NonNegativeInt at, byte value, NonNegativeInt cut)
    {
        byte[][] flights = [.. Flights.Select(flight => (byte[])flight.Arguments[0]!)];
        var flight = (byte[])flights[which.Get % flights.Length].Clone();
        // In the first bytes, where everything is a type or a length.
        flight[at.Get % Math.Min(flight.Length, 120)] = value;
        var sniffer = new ResumptionSniffer();

        sniffer.Feed(flight.AsSpan(0, cut.Get % 3 == 0 ? cut.Get % flight.Length : flight.Length));

        sniffer.Resumed();
    }

    private static TestCaseData Flight(string name, bool resumed, params byte[][] records) =>
        new TestCaseData(records.SelectMany(record => record).ToArray(), resumed).SetArgDisplayNames(name);

    private static byte[] Hello(params int[] extensions) =>
        HelloWith([.. extensions.SelectMany(type => Extension(type, 2))]);

    private static byte[] Extension(int type, int length) =>
        [(byte)(type >> 8), (byte)type, (byte)(length >> 8), (byte)length, .. new byte[length]];

    private static byte[] HelloWith(byte[] list)
    {
        byte[] sessionId = [32, .. new byte[32]];
        return [3, 3, .. new byte[32], .. sessionId, 0x13, 1, 0, (byte)(list.Length >> 8), (byte)list.Length, .. list];
    }

    private static byte[] Handshake(byte type, byte[] body) =>
        [type, 0, (byte)(body.Length >> 8), (byte)body.Length, .. body];

    private static byte[] Record(byte type, byte[] body) =>
        [type, 3, 3, (byte)(body.Length >> 8), (byte)body.Length, .. body];
}
