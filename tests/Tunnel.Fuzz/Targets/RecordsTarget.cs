using Tunnel.Net;
using Tunnel.OpenSsl;

namespace Tunnel.Fuzz.Targets;

/// <summary>
/// The records of TLS 1.3 as they come from the wire. The input says how they are made (<see cref="WireMaker"/>): many
/// are sealed with the right key and hold whatever the input wants. They are compared with a reader that is made of
/// .NET's own ciphers (<see cref="RecordModel"/>).
/// </summary>
internal sealed class RecordsTarget : ITarget
{
    private static readonly string[] _suites =
    [
        "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256",
    ];

    public string Name => "records";

    public int MostBytes => 1024;

    public IReadOnlyList<byte[]> Words =>
        [
            [WireMaker.Sealed, 2, (byte)'x', 23],
            [WireMaker.Sealed, 3, 1, 0, 21],
            [WireMaker.Sealed, 3, 2, 40, 21],
            [WireMaker.Sealed, 3, 1, 90, 21],
            [WireMaker.Sealed, 6, 24, 0, 0, 1, 0, 22, WireMaker.NextKey],
            [WireMaker.Sealed, 6, 24, 0, 0, 1, 1, 22, WireMaker.NextKey],
            [WireMaker.Sealed, 6, 4, 0, 0, 2, 0, 22],
            [WireMaker.Long, 0x40, 0, 0, 23, 0],
            [WireMaker.Long, 0x40, 1, 0, 23, 0],
            [WireMaker.Long, 0x40, 0, 0, 23, 1],
            [WireMaker.Repeated, 33, 1, 23],
            [WireMaker.Raw, 5, 23, 3, 3, 0x41, 0],
        ];

    public void Run(byte[] input)
    {
        var steps = new Instructions(input);
        var way = steps.Byte();
        var isClient = (way & 1) == 0;
        var suite = AeadSuite.Find(_suites[(way >> 1) % _suites.Length])!;
        var wire = WireMaker.Make(ref steps, suite);
        var model = new RecordModel(suite, WireMaker.Secret(suite, 1), isClient);
        model.Read(wire);
        foreach (var pieces in Splits.Of(wire))
        {
            using var records = new Tls13Records(
                new RecordKey(suite, WireMaker.Secret(suite, 1), seals: false),
                new RecordKey(suite, WireMaker.Secret(suite, 2), seals: true),
                isClient,
                null
            );
            var (status, plain) = ReadAll(records, pieces, model.Consumed);
            Hold.Same(status, model.Status, "how reading ended");
            Hold.SameBytes([.. plain], [.. model.Plain], "what was read");
            Hold.Same(records.Fault is null, status != TlsStatus.Failed, "whether there is a fault");
            Hold.IsLine(records.Fault?.Trouble.ToString() ?? "", "a fault of records");
            Answer(records, suite, model);
        }
    }

    /// <summary>As the transport does it: what is not consumed comes again with more behind it.</summary>
    private static (TlsStatus Status, List<byte> Plain) ReadAll(Tls13Records records, byte[][] pieces, int mostConsumed)
    {
        var plain = new List<byte>();
        var held = new List<byte>();
        var consumedInAll = 0;
        var room = BufferPool.Rent(BufferPool.Large);
        try
        {
            foreach (var piece in pieces)
            {
                held.AddRange(piece);
                while (true)
                {
                    byte[] input = [.. held];
                    Hold.That(
                        records.RoomForRecord(input) is >= 5 and <= 5 + 16640,
                        "a record wants more room than any has"
                    );
                    var status = records.Read(input, room, out var consumed, out var read);
                    Hold.That(consumed >= 0 && consumed <= input.Length, "more was consumed than there was");
                    Hold.That(read >= 0 && read <= consumed, "more was read than was consumed");
                    plain.AddRange(room.AsSpan(0, read));
                    held.RemoveRange(0, consumed);
                    consumedInAll += consumed;
                    Hold.That(consumedInAll <= mostConsumed, "more was consumed than makes sense");
                    if (status == TlsStatus.WantRead)
                    {
                        break;
                    }

                    if (status != TlsStatus.Complete)
                    {
                        return (status, plain);
                    }

                    Hold.That(consumed > 0, "reading goes on without end");
                }
            }

            return (TlsStatus.WantRead, plain);
        }
        finally
        {
            BufferPool.Return(room);
        }
    }

    /// <summary>What our side may still say: data behind the KeyUpdate that it owes, then one alert.</summary>
    private static void Answer(Tls13Records records, AeadSuite suite, RecordModel model)
    {
        var output = new byte[ITlsRecords.RoomFor(4)];
        var peer = new RecordModel(suite, WireMaker.Secret(suite, 2), isClient: true);
        Hold.Same(records.Write([1, 2, 3, 4], output, out var written), TlsStatus.Complete, "a write");
        peer.Read(output.AsSpan(0, written));
        Hold.SameBytes([.. peer.Plain], [1, 2, 3, 4], "what the peer reads");
        Hold.Same(peer.KeyUpdates, model.OwesKeyUpdate ? 1 : 0, "KeyUpdates in front of it");

        if (records.TryAlert(Alerts.InternalError, output, out written) == model.PeerSentFatalAlert)
        {
            throw new BrokenInvariantException(
                "an alert is sent although the peer reads none, or none although it does"
            );
        }

        peer.Read(output.AsSpan(0, written));
        Hold.Same(peer.HeardAlert, model.PeerSentFatalAlert ? null : model.Alert ?? Alerts.InternalError, "the alert");
        Hold.That(!records.TryAlert(Alerts.InternalError, output, out _), "a second alert");
        Hold.That(
            model.PeerSentFatalAlert || records.Write([1], output, out _) == TlsStatus.Failed,
            "a write behind the alert"
        );
    }
}
