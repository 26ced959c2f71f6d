using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Net;

/// <summary>Whoever steps back on a loop goes on, whatever becomes of the loop's bell.</summary>
public sealed class EventLoopTests
{
    [Test]
    public async Task Rings_that_nobody_has_heard_add_up_to_one_and_none_is_lost()
    {
        const int rings = 100_000;
        var heard = 0;
        LoopBell? bell = null;
        bell = LoopBell.TryMake(intact =>
        {
            // Not when the bell is disposed of at the end.
            if (intact && bell!.TryHear())
            {
                Interlocked.Increment(ref heard);
            }
        });
        Assert.That(bell!.TryRing(), "before anybody listens");
        Assert.That(bell.TryHear());
        for (var ring = 0; ring < rings; ring++)
        {
            Assert.That(bell.TryRing());
        }

        await Eventually.HoldsAsync(() => Volatile.Read(ref heard) > 0, () => "no ring was heard");
        await Eventually.SettlesAsync(() => Volatile.Read(ref heard));
        var before = Volatile.Read(ref heard);
        Assert.That(before, Is.InRange(1, rings));
        Assert.That(bell.TryRing());
        await Eventually.HoldsAsync(() => Volatile.Read(ref heard) == before + 1, () => $"{heard} of {before + 1}");
        bell.Dispose();
    }

    [Test]
    public async Task A_bell_that_breaks_says_so_to_whoever_rings_and_whoever_listens()
    {
        var broken = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var bell = LoopBell.TryMake(intact => broken.TrySetResult(!intact))!;
        Assert.That(bell.TryHear());

        bell.Dispose();

        Assert.That(await broken.Task.WaitAsync(Wire.Patience), "the one who listened was not called");
        Assert.That(bell.TryRing(), Is.False);
        Assert.That(bell.TryHear(), Is.False);
    }

    [Test]
    public async Task Loops_found_later_than_the_search_waits_do_no_harm()
    {
        // As on a machine that does not run the engine's threads for seconds: each answer comes after the search ended.
        for (var search = 0; search < 200; search++)
        {
            Assert.That(EventLoop.Discover(search % 2, TimeSpan.Zero), Is.Not.EqualTo(EventLoop.Discovery.NoBell));
        }

        await OnLoop.RunAsync(() => StepBackAsync(turns: 1000));
    }

    [Test]
    public async Task Who_steps_back_a_hundred_thousand_times_goes_on_each_time_and_stays(
        [Values(1, 16)] int connections
    )
    {
        await Task.WhenAll(
            Enumerable.Range(0, connections).Select(_ => OnLoop.RunAsync(() => StepBackAsync(100_000 / connections)))
        );
    }

    [Test]
    public async Task Off_the_loops_a_turn_ends_too()
    {
        await Task.Run(() => YieldAsync(turns: 1000)).WaitAsync(Wire.Patience);
    }

    private static async Task StepBackAsync(int turns)
    {
        await YieldAsync(turns);
        OnLoop.AssertHere();
    }

    private static async Task YieldAsync(int turns)
    {
        for (var turn = 0; turn < turns; turn++)
        {
            await EventLoop.Yield();
        }
    }
}
