using FsCheck;
using NUnit.Framework;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Tls;

public sealed class RecordTrackerTests
{
    [QuietProperty]
    public void The_next_border_is_found_from_everywhere(NonNegativeInt[] lengths, PositiveInt[] splits)
    {
        var records = lengths.Select(length => Record(length.Get % 70_000)).ToArray();
        byte[] stream = [.. records.SelectMany(record => record)];
        var borders = Borders(records).Order().ToArray();
        var tracker = default(RecordTracker);
        var at = 0;
        foreach (var piece in Pieces.Of(stream, splits))
        {
            var next = borders.FirstOrDefault(border => border > at, at);

            Assert.That(tracker.OneRecord(stream.AsSpan(at), out var isWhole), Is.EqualTo(next - at));
            Assert.That(isWhole, Is.EqualTo(next > at));
            if (next > at)
            {
                Assert.That(
                    tracker.OneRecord(stream.AsSpan(at, next - at - 1), out isWhole),
                    Is.EqualTo(next - at - 1)
                );
                Assert.That(isWhole, Is.False);
            }

            tracker.Pass(piece);
            at += piece.Length;
        }
    }

    [TestCase(0, 128)]
    [TestCase(17, 128)]
    [TestCase(1019, 128)]
    [TestCase(1020, 128)]
    [TestCase(2043, 64)]
    [TestCase(16384 + 17, 8)]
    public void A_turn_ends_behind_the_record_that_uses_it_up(int length, int records)
    {
        var record = Record(length);
        byte[] stream = [.. Enumerable.Repeat(record, records + 3).SelectMany(r => r)];
        var tracker = default(RecordTracker);

        Assert.That(tracker.OneTurn(stream), Is.EqualTo(records * record.Length));
        var cost = tracker.Pass(stream.AsSpan(0, records * record.Length));
        Assert.That(cost, Is.InRange(RecordTracker.MostCost, RecordTracker.MostCost + record.Length));
        Assert.That(tracker.OneTurn(stream.AsSpan(0, 3)), Is.EqualTo(3), "what is no whole record belongs to the turn");
    }

    [QuietProperty]
    public void Turns_end_at_borders_and_miss_nothing_however_the_stream_was_handed_on(
        NonNegativeInt[] lengths,
        PositiveInt[] splits
    )
    {
        var records = lengths.Select(length => Record(length.Get % 70_000)).ToArray();
        byte[] stream = [.. records.SelectMany(record => record)];
        var borders = Borders(records);
        var tracker = default(RecordTracker);
        var at = 0;
        foreach (var piece in Pieces.Of(stream, splits))
        {
            var turn = tracker.OneTurn(stream.AsSpan(at));
            Assert.That(borders.Contains(at + turn));
            Assert.That(at == stream.Length || turn > 0);
            Assert.That(
                tracker.Pass(piece),
                Is.GreaterThanOrEqualTo(piece.Length == 0 ? 0 : RecordTracker.LeastCostOfARecord)
            );
            at += piece.Length;
        }
    }

    [QuietProperty]
    public void Garbage_neither_throws_nor_counts_more_than_there_is(byte[] garbage, PositiveInt[] splits)
    {
        var tracker = default(RecordTracker);
        foreach (var piece in Pieces.Of(garbage, splits))
        {
            Assert.That(tracker.OneRecord(piece, out _), Is.InRange(Math.Min(1, piece.Length), piece.Length));
            Assert.That(tracker.OneTurn(piece), Is.InRange(Math.Min(1, piece.Length), piece.Length));
            tracker.Pass(piece);
        }
    }

    private static HashSet<int> Borders(byte[][] records)
    {
        var borders = new HashSet<int> { 0 };
        var at = 0;
        foreach (var record in records)
        {
            borders.Add(at += record.Length);
        }

        return borders;
    }

    private static byte[] Record(int length)
    {
        length = Math.Min(length, ushort.MaxValue);
        var record = new byte[5 + length];
        (record[0], record[1], record[2]) = (23, 3, 3);
        (record[3], record[4]) = ((byte)(length >> 8), (byte)length);
        return record;
    }
}
