using System.Collections.Concurrent;
using System.Reflection;

namespace Tunnel.Simulator;

/// <summary>
/// Takes the runtime's thread pool out of play: its threads are held, and whatever is queued for them is run by the
/// scheduler, one after the other and in any order it likes. So the code under test needs no seam for its
/// continuations, and neither does SslStream.
/// </summary>
/// <remarks>
/// The queue is a private field of the runtime. <see cref="Hold"/> fails where it is not what it was, rather than let
/// worlds run half on the pool.
/// </remarks>
internal static class HeldThreadPool
{
    private const BindingFlags Hidden = BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Instance;

    // Empty where nobody holds the pool: in a test of the network alone.
    private static ConcurrentQueue<object> _normal = [];
    private static ConcurrentQueue<object> _high = [];
    private static Action<Task, Thread> _runTask = null!;

    /// <summary>Once, before anything else of the process needs the pool.</summary>
    public static void Hold()
    {
        var threads = Environment.ProcessorCount;
        using var held = new CountdownEvent(threads);
        ThreadPool.SetMinThreads(threads, 1);
        if (!ThreadPool.SetMaxThreads(threads, threads))
        {
            throw new InvalidOperationException("the thread pool cannot be held: its size cannot be set");
        }

        for (var thread = 0; thread < threads; thread++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                static all =>
                {
                    ((CountdownEvent)all!).Signal();
                    Thread.Sleep(Timeout.Infinite);
                },
                held
            );
        }

        held.Wait();
        var queue =
            typeof(ThreadPool).GetField("s_workQueue", BindingFlags.NonPublic | BindingFlags.Static)?.GetValue(null)
            ?? throw Changed();
        _normal = Field(queue, "workItems");
        _high = Field(queue, "highPriorityWorkItems");
        _runTask =
            typeof(Task).GetMethod("ExecuteFromThreadPool", Hidden)?.CreateDelegate<Action<Task, Thread>>()
            ?? throw Changed();
        TryOut();
    }

    /// <summary>What has been queued since the last call.</summary>
    public static void MoveTo(List<object> ready)
    {
        while (_high.TryDequeue(out var item) || _normal.TryDequeue(out item))
        {
            ready.Add(item);
        }
    }

    public static void Run(object item)
    {
        if (item is Task task)
        {
            _runTask(task, Thread.CurrentThread);
        }
        else
        {
            ((IThreadPoolWorkItem)item).Execute();
        }
    }

    private static void TryOut()
    {
        var hasRun = false;
        ThreadPool.UnsafeQueueUserWorkItem(_ => hasRun = true, null);
        var items = new List<object>();
        MoveTo(items);
        items.ForEach(Run);
        if (!hasRun)
        {
            throw Changed();
        }
    }

    private static ConcurrentQueue<object> Field(object queue, string name) =>
        queue.GetType().GetField(name, Hidden)?.GetValue(queue) as ConcurrentQueue<object> ?? throw Changed();

    private static InvalidOperationException Changed() =>
        new($"the thread pool of .NET {Environment.Version} is not the one that this simulator knows how to hold");
}
