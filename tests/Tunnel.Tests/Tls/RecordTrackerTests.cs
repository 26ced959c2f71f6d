using FsCheck;
using NUnit.Framework;
using Tunnel.Tests.TestKit;
using Tunnel.Tls.SslStreamBackend;

namespace Tunnel.Tests.Tls;

public sealed class RecordTrackerTests
{
    [QuietProperty]
    public void Whole_records_are_found_at_every_border_however_the_stream_was_handed_on(
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
            AssertEndsAtBorder(tracker, stream, borders, at);
            tracker.Pass(piece);
            at += piece.Length;
        }
    }

    [Test]
    public void Whole_records_fit_the_room()
    {
        byte[] two = [.. Record(10), .. Record(20)];
        var tracker = default(RecordTracker);

        Assert.That(tracker.WholeRecords(two, 1000), Is.EqualTo(40));
        Assert.That(tracker.WholeRecords(two, 39), Is.EqualTo(15));
        Assert.That(tracker.WholeRecords(two, 14), Is.Zero);
        Assert.That(tracker.WholeRecords(two.AsSpan(0, 39), 1000), Is.EqualTo(15));
    }

    [QuietProperty]
    public void Garbage_neither_throws_nor_counts_more_than_there_is(byte[] garbage, PositiveInt[] splits)
    {
        var tracker = default(RecordTracker);
        foreach (var piece in Pieces.Of(garbage, splits))
        {
            Assert.That(tracker.WholeRecords(piece, int.MaxValue), Is.InRange(0, piece.Length));
            tracker.Pass(piece);
        }
    }

    private static void AssertEndsAtBorder(RecordTracker tracker, byte[] stream, HashSet<int> borders, int at)
    {
        var whole = tracker.WholeRecords(stream.AsSpan(at), int.MaxValue);
        Assert.That(whole == 0 || at + whole == stream.Length, "all that is left is whole records");
        if (borders.Contains(at))
        {
            Assert.That(at + whole, Is.EqualTo(stream.Length));
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
