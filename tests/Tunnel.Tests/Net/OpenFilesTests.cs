using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Net;

namespace Tunnel.Tests.Net;

public sealed class OpenFilesTests
{
    [Test]
    public void What_has_been_taken_is_not_there_for_others_until_it_is_given_back()
    {
        var files = new OpenFiles(3);
        Assert.That(files.HasRoomFor(3) && files.TryTake(2));
        Assert.That(files.HasRoomFor(2) || files.TryTake(2), Is.False);
        Assert.That(files.HasRoomFor(1) && files.TryTake(1));

        files.Return(2);

        Assert.That(files.HasRoomFor(2) && files.TryTake(2));
        Assert.That(files.Taken, Is.EqualTo(3));
    }

    [Test]
    public void What_was_open_without_asking_counts_too()
    {
        var files = new OpenFiles(2);
        files.Take(5);
        Assert.That(files.TryTake(1), Is.False);
        Assert.That(files.Taken, Is.EqualTo(5));
    }

    // In a container of 64 MiB, three quarters of it; on a machine of 24 GiB; and where nothing fits at all.
    [TestCase(48L << 20, 25 * 1024, 1146)]
    [TestCase(48L << 20, 120 * 1024, 238)]
    [TestCase(24L << 30, 80 * 1024, 275_072)]
    [TestCase(8L << 20, 20 * 1024, 16)]
    public void A_process_has_room_for_the_sessions_that_its_memory_holds(long memory, long each, long sessions) =>
        Assert.That(OpenFiles.SessionsIn(memory, each), Is.EqualTo(sessions));

    [Test]
    public void Where_memory_is_what_is_short_that_is_the_reason_to_wait()
    {
        var (few, many) = (OpenFiles.ForSessionsOf(1L << 50), OpenFiles.ForSessionsOf(1));

        Assert.That((few.Room, few.Shortage), Is.EqualTo((32L, SocketError.NoBufferSpaceAvailable)));
        Assert.That(many, Is.SameAs(OpenFiles.Process));
        Assert.That(many.Shortage, Is.EqualTo(SocketError.TooManyOpenSockets));
    }

    [Test]
    public void Many_takers_at_once_never_take_more_than_there_is()
    {
        const int room = 100;
        var files = new OpenFiles(room);
        var holding = 0;
        var most = 0;
        Parallel.For(
            0,
            100_000,
            _ =>
            {
                if (!files.TryTake(1))
                {
                    return;
                }

                InterlockedMax(ref most, Interlocked.Increment(ref holding));
                Interlocked.Decrement(ref holding);
                files.Return(1);
            }
        );
        Assert.That(most, Is.InRange(1, room));
        Assert.That(files.Taken, Is.Zero);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref most)) < value && Interlocked.CompareExchange(ref most, value, seen) != seen)
        { }
    }
}
