using NUnit.Framework;
using Tunnel.Net;

namespace Tunnel.Tests.Net;

public sealed class BufferPoolTests
{
    private const long Budget = 64 * 1024 * 1024;

    [Test]
    public void Reads_become_smaller_as_the_budget_is_spent()
    {
        Assert.That(BufferPool.Grant(BufferPool.Large, 0, Budget), Is.EqualTo(BufferPool.Large));
        Assert.That(BufferPool.Grant(BufferPool.Large, Budget / 2, Budget), Is.EqualTo(BufferPool.Small));
        Assert.That(BufferPool.Grant(BufferPool.Large, Budget, Budget), Is.EqualTo(BufferPool.Least));
    }

    [Test]
    public void Where_memory_is_little_no_read_is_large() =>
        Assert.That(BufferPool.Grant(BufferPool.Large, 0, budget: 6 * 1024 * 1024), Is.EqualTo(24 * 1024));

    [Test]
    public void Nobody_gets_more_than_he_wants([Values(0, Budget / 2, Budget)] long rented) =>
        Assert.That(BufferPool.Grant(1000, rented, Budget), Is.EqualTo(1000));

    [Test]
    public void What_is_given_back_counts_no_more()
    {
        var before = BufferPool.RentedBytes;

        var buffer = BufferPool.Rent(BufferPool.Small);
        Assert.That(BufferPool.RentedBytes - before, Is.EqualTo(buffer.Length));
        BufferPool.Return(buffer);

        Assert.That(BufferPool.RentedBytes, Is.EqualTo(before));
    }
}
