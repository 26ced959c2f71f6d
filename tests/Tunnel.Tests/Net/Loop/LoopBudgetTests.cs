using NUnit.Framework;
using Tunnel.Net;

namespace Tunnel.Tests.Net;

public sealed class LoopBudgetTests
{
    [Test]
    public void Work_in_a_row_is_taken_until_it_has_kept_the_loop_for_its_time()
    {
        var budget = new LoopBudget();
        var now = 1_000_000_000L;
        var taken = 0;
        for (; budget.HasRoom(now); taken++)
        {
            budget.Spend(now, now += LoopBudget.Most / 4);
        }

        Assert.That(taken, Is.EqualTo(4));
    }

    [Test]
    public void A_pause_gives_as_much_time_as_it_was_long()
    {
        var budget = new LoopBudget();
        var now = 1_000_000_000L;
        budget.Spend(now, now += LoopBudget.Most * 2);

        Assert.That(budget.HasRoom(now += LoopBudget.Most), Is.False);
        Assert.That(budget.HasRoom(now + 1), Is.True);
    }

    [Test]
    public void A_crowd_with_short_pauses_between_gets_half_of_the_loop_s_time()
    {
        var budget = new LoopBudget();
        var (now, heavy) = (1_000_000_000L, 0L);
        var end = now + (1000 * LoopBudget.Most);
        while (now < end)
        {
            if (budget.HasRoom(now))
            {
                budget.Spend(now, now += LoopBudget.Most / 4);
                heavy += LoopBudget.Most / 4;
            }

            now += LoopBudget.Most / 40;
        }

        Assert.That((double)heavy / (1000 * LoopBudget.Most), Is.InRange(0.45, 0.52));
    }

    [Test]
    public async Task Off_the_loops_heavy_work_goes_to_the_thread_pool()
    {
        var thread = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        EventLoop.RunHeavy(done => done.SetResult(Thread.CurrentThread.IsThreadPoolThread), thread);
        Assert.That(await thread.Task, Is.True);
    }
}
