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
            budget.Spend(now, now + (LoopBudget.Most / 4));
            now += (LoopBudget.Most / 4) + LoopBudget.Gap;
        }

        Assert.That(taken, Is.EqualTo(4));
    }

    [Test]
    public void After_a_pause_there_is_time_again()
    {
        var budget = new LoopBudget();
        var now = 1_000_000_000L;
        budget.Spend(now, now + (LoopBudget.Most * 2));
        now += LoopBudget.Most * 2;

        Assert.That(budget.HasRoom(now + LoopBudget.Gap), Is.False);
        Assert.That(budget.HasRoom(now + LoopBudget.Gap + 1), Is.True);
    }

    [Test]
    public async Task Off_the_loops_heavy_work_goes_to_the_thread_pool()
    {
        var thread = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        EventLoop.RunHeavy(done => done.SetResult(Thread.CurrentThread.IsThreadPoolThread), thread);
        Assert.That(await thread.Task, Is.True);
    }
}
