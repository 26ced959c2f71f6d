using FsCheck;
using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Net;

public sealed class ReadSizeTests
{
    [Test]
    public void A_quiet_connection_reads_one_record_at_a_time()
    {
        Assert.That(default(ReadSize).Bytes, Is.EqualTo(BufferPool.Small));
    }

    [Test]
    public void Full_reads_lead_to_large_ones_and_small_reads_back_again()
    {
        var size = default(ReadSize);
        while (size.Bytes < BufferPool.Large)
        {
            var before = size.Bytes;
            size.Record(before, before);
            Assert.That((size.WasFull, size.Bytes > before), Is.EqualTo((true, true)));
        }

        while (size.Bytes > BufferPool.Small)
        {
            var before = size.Bytes;
            size.Record(1, before);
            Assert.That((size.WasFull, size.Bytes < before), Is.EqualTo((false, true)));
        }
    }

    [QuietProperty]
    public void Whatever_is_read_the_size_stays_between_its_bounds(NonNegativeInt[] reads)
    {
        var size = default(ReadSize);
        foreach (var read in reads)
        {
            // Every other one full, so that the size moves.
            var room = size.Bytes;
            size.Record(read.Get % 2 == 0 ? room : read.Get % room, room);
            Assert.That(size.Bytes, Is.InRange(BufferPool.Small, BufferPool.Large));
        }
    }
}
