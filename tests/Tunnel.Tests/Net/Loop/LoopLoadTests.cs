using System.Diagnostics;
using NUnit.Framework;
using Tunnel.Net;

namespace Tunnel.Tests.Net;

public sealed class LoopLoadTests
{
    [Test]
    public void Of_idle_loops_the_one_with_fewer_sockets_has_less_to_do()
    {
        var (one, two) = (new LoopLoad(), new LoopLoad());
        one.Enter();
        one.Enter();
        two.Enter();
        Assert.That(two.IsLessThan(one));
        Assert.That(one.IsLessThan(two), Is.False);
        one.Leave();
        one.Leave();
        Assert.That(one.IsLessThan(two));
    }

    [Test]
    public void A_loop_that_has_heard_much_lately_has_more_to_do_however_few_its_sockets_are()
    {
        var (chatty, quiet) = (new LoopLoad(), new LoopLoad());
        chatty.Enter();
        for (var socket = 0; socket < 100; socket++)
        {
            quiet.Enter();
        }

        Hear(chatty, 10_000);
        Assert.That(quiet.IsLessThan(chatty));

        // That was a second ago, and since then nothing.
        Hear(chatty, 0);
        Assert.That(chatty.IsLessThan(quiet));
    }

    [Test]
    public void A_few_events_more_do_not_count()
    {
        var (one, two) = (new LoopLoad(), new LoopLoad());
        one.Enter();
        Hear(one, 100);
        Hear(two, 900);
        Assert.That(two.IsLessThan(one));
    }

    private static void Hear(LoopLoad load, int events)
    {
        for (var i = 0; i < events; i++)
        {
            load.CountEvent();
        }

        load.Sample(Stopwatch.Frequency);
    }
}
