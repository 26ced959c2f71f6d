using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Hostile;

/// <summary>
/// A man in the middle at every byte of a connection, handshake, greeting and data, once each: what he does there is
/// drawn by lot.
/// </summary>
internal sealed class Tampering(WireLayout layout)
{
    private const int HeaderBytes = 5;

    // By how often they are drawn.
    private static readonly TamperKind[] _kinds =
    [
        .. Enumerable.Repeat(TamperKind.Flip, 12),
        .. Enumerable.Repeat(TamperKind.Lose, 3),
        .. Enumerable.Repeat(TamperKind.CutFin, 4),
        .. Enumerable.Repeat(TamperKind.CutRst, 4),
        .. Enumerable.Repeat(TamperKind.Insert, 4),
        TamperKind.Freeze,
        TamperKind.Drop,
        TamperKind.Repeat,
        TamperKind.Swap,
        TamperKind.Split,
        TamperKind.Crumbs,
    ];

    public IReadOnlyList<Probe> All(Random random)
    {
        var forged = Forgery.Kinds(random).ToArray();
        return
        [
            .. from toServer in (bool[])[true, false]
            from record in layout.Records(toServer).Index()
            from offset in Enumerable.Range(0, record.Item.Length)
            let tamper = Draw(random, forged, toServer, record.Index, offset)
            select new Probe(tamper.ToString(), lane => RunAsync(lane, tamper)),
        ];
    }

    private Tamper Draw(Random random, (string Name, byte[] Bytes)[] forged, bool toServer, int record, int offset)
    {
        var kind = _kinds[random.Next(_kinds.Length)];
        var foreign =
            kind == TamperKind.Insert ? forged[random.Next(forged.Length)].Bytes : [(byte)random.Next(1, 256)];
        // Behind the handshake nobody limits how long an honest peer is silent.
        return new Tamper(
            kind == TamperKind.Freeze && !layout.Shakes(toServer, record) ? TamperKind.CutFin : kind,
            toServer,
            record,
            offset,
            foreign
        );
    }

    private async Task RunAsync(Lane lane, Tamper tamper)
    {
        lane.Middle.Tamper = tamper;
        var exchange = lane.ExchangeAsync(HostileWords.OfApplication);
        await lane.EndedAsync(NeedsClock(tamper));
        var application = await exchange.WaitAsync(Wire.Patience);
        var visits = await lane.Desk.VisitsAsync();
        var target = visits.SingleOrDefault();
        Assert.That(application.IsTrue(HostileWords.OfTarget), Is.True, $"the application heard {application}");
        Assert.That(target?.IsTrue(HostileWords.OfApplication) ?? true, Is.True, $"the target heard {target} of it");
        if (IsHarmless(tamper))
        {
            Assert.That(application.IsAll(HostileWords.OfTarget), Is.True, $"the application heard {application}");
            Assert.That(target?.IsAll(HostileWords.OfApplication), Is.True, $"the target heard {target}");
        }

        if (KeepsOut(tamper))
        {
            Assert.That(target, Is.Null, "the target was reached");
        }

        if (IsInSealedRecord(tamper))
        {
            var receiver = tamper.ToServer ? target : application;
            Assert.That(receiver is { End: null }, Is.False, $"a changed stream ends in order: {receiver}");
        }

        await lane.Middle.Over.WaitAsync(Wire.Patience);
    }

    private static bool IsHarmless(Tamper tamper) => tamper.Kind is TamperKind.Split or TamperKind.Crumbs;

    /// <summary>A handshake that was changed is no proof, and lets nobody in.</summary>
    private bool KeepsOut(Tamper tamper) =>
        layout.Shakes(tamper.ToServer, tamper.Record)
        && tamper.Kind switch
        {
            TamperKind.CutFin or TamperKind.CutRst or TamperKind.Freeze => true,
            TamperKind.Drop or TamperKind.Lose => Type(tamper) != Forgery.ChangeCipherSpec,
            // The version of a record that is not sealed says nothing (RFC 8446 section 5.1).
            TamperKind.Flip => Type(tamper) != Forgery.ChangeCipherSpec && tamper.Offset is not (1 or 2),
            _ => false,
        };

    private bool IsInSealedRecord(Tamper tamper) =>
        Type(tamper) == Forgery.ApplicationData && tamper.Kind is TamperKind.Flip or TamperKind.Lose or TamperKind.Drop;

    /// <summary>Whether somebody may have to wait for what does not come any more.</summary>
    private bool NeedsClock(Tamper tamper)
    {
        var isPlain = Type(tamper) != Forgery.ApplicationData;
        return tamper.Kind switch
        {
            TamperKind.CutFin or TamperKind.CutRst => false,
            TamperKind.Split or TamperKind.Crumbs or TamperKind.None => false,
            // In the body of a sealed record every byte counts, and all of them have come.
            TamperKind.Flip => isPlain || tamper.Offset < HeaderBytes,
            _ => true,
        };
    }

    private byte Type(Tamper tamper) => layout.Records(tamper.ToServer)[tamper.Record].Type;
}
