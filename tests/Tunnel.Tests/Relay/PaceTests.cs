using NUnit.Framework;
using Tunnel.Relay;

namespace Tunnel.Tests.Relay;

public sealed class PaceTests
{
    private const int Message = 64;
    private const int Batch = 240 * 1024;

    private Pace _pace;

    [SetUp]
    public void New() => _pace = default;

    [Test]
    public void Messages_are_no_bulk()
    {
        for (var i = 0; i < 100; i++)
        {
            Assert.That(_pace.Record(Message), Is.False);
        }

        Assert.That(_pace.IsBulk, Is.False);
    }

    [Test]
    public void One_batch_is_bulk_at_once() =>
        Assert.Multiple(() =>
        {
            Assert.That(_pace.Record(Batch), Is.True, "changed");
            Assert.That(_pace.IsBulk);
            Assert.That(_pace.Record(Batch), Is.False, "changed again");
        });

    [Test]
    public void A_few_small_chunks_do_not_end_it_but_a_row_of_them_does()
    {
        _pace.Record(Batch);
        var changes = Enumerable.Range(1, 20).Where(_ => _pace.Record(Message)).Count();
        var afterARow = _pace.IsBulk;

        _pace = default;
        for (var i = 0; i < 100; i++)
        {
            _pace.Record(
                i % 4 == 0 ? 32 * 1024
                : i == 1 ? Batch
                : Message
            );
        }

        Assert.Multiple(() =>
        {
            Assert.That(changes, Is.EqualTo(1));
            Assert.That(afterARow, Is.False);
            Assert.That(_pace.IsBulk, "medium chunks in between keep it");
        });
    }
}
