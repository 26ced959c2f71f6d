using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Tunnel.Net;

/// <summary>
/// One of the socket engine's epoll threads, made into an event loop. With inline completions the engine runs
/// continuations on its own thread, but a busy connection cannot step back and let the thread return to epoll. The loop
/// adds this: a connection whose turn is over puts its continuation into a queue and rings the loop's own
/// <see cref="LoopBell"/>, which epoll then reports together with the other events.
/// </summary>
/// <remarks>
/// The queue belongs to its thread: only continuations that already run there add to it, so it needs no lock. On other
/// threads (or where inline completions are off, or a loop's bell is broken) a yield goes through the thread pool's
/// global queue instead: slower, but nothing is left in a queue that nobody empties.
/// </remarks>
[SuppressMessage(
    "Design",
    "CA1001",
    Justification = "A loop lives as long as its thread, and that as long as the process."
)]
public sealed class EventLoop
{
    /// <summary>The runtime's switch; it is read when the first socket of the process is used.</summary>
    public const string InlineCompletionsVariable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    // Finding a thread takes well under a millisecond. A machine that needs longer for all of them starts without the
    // missing loops; they join when they are found.
    private static readonly TimeSpan _discoveryTime = TimeSpan.FromSeconds(2);

    [ThreadStatic]
    private static EventLoop? _current;

    private static readonly Lazy<int> _started = new(StartAll);

    private readonly LoopBell? _bell;
    private readonly ManualResetEventSlim _answered = new();
    private readonly Queue<Action> _ready = new();
    private LoopBudget _budget;
    private bool _rung;
    private bool _joined;
    private Action? _soon;

    private EventLoop(int place)
    {
        Place = place;
        _bell = LoopBell.TryMake(OnRung);
    }

    /// <summary>The loop whose thread this is; null on other threads.</summary>
    internal static EventLoop? Current => _current;

    /// <summary>The loop's place among the runtime's epoll threads, from 0.</summary>
    internal int Place { get; }

    internal LoopLoad Load { get; } = new();

    /// <summary>
    /// Finds the engine's threads, once per process. Returns how many loops there are: 0 where inline completions are
    /// off.
    /// </summary>
    public static int EnsureStarted() => _started.Value;

    /// <summary>Does heavy work now if this thread is a loop with time for it, else on the thread pool.</summary>
    public static void RunHeavy<T>(Action<T> work, T state)
    {
        if (TryBeginHeavy(out var started))
        {
            work(state);
            EndHeavy(started);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(work, state, preferLocal: false);
        }
    }

    /// <summary>
    /// True if this thread is a loop with time for heavy work; then call <see cref="EndHeavy"/> after it.
    /// </summary>
    internal static bool TryBeginHeavy(out long started)
    {
        started = _current is null ? 0 : Stopwatch.GetTimestamp();
        return _current is not null && _current._budget.HasRoom(started);
    }

    internal static void EndHeavy(long started) => _current!._budget.Spend(started, Stopwatch.GetTimestamp());

    /// <summary>Ends the turn of the connection that awaits it: all others whose events are due go first.</summary>
    public static YieldAwaitable Yield() => default;

    /// <summary>
    /// Runs something short on this loop, from any thread; what was asked before and has not run is forgotten.
    /// </summary>
    internal void RunSoon(Action action)
    {
        Volatile.Write(ref _soon, action);
        _bell?.TryRing();
    }

    /// <summary>Looks for a thread that is not a loop yet.</summary>
    /// <param name="place">Its place among the runtime's epoll threads.</param>
    /// <param name="patience">How long this call waits; a thread that answers later still becomes a loop.</param>
    internal static Discovery Discover(int place, TimeSpan patience)
    {
        var loop = new EventLoop(place);
        if (loop._bell is not { } bell || !LoopOrder.TryHang(bell, place) || !bell.TryRing())
        {
            loop._bell?.Dispose();
            return Discovery.NoBell;
        }

        return !loop._answered.Wait(patience) ? Discovery.NoAnswerYet
            : loop._joined ? Discovery.Found
            : Discovery.NotForLoops;
    }

    private static int StartAll()
    {
        if (Environment.GetEnvironmentVariable(InlineCompletionsVariable) != "1")
        {
            return 0;
        }

        // Where the place of a socket cannot be chosen, the runtime puts bells on its engines in turn, so as many bells
        // as engines usually find one each; another socket in between costs a second try.
        var engines = EngineCount();
        var started = Stopwatch.GetTimestamp();
        var (found, unanswered) = (0, 0);
        for (var tries = 0; found + unanswered < engines && tries < engines * 4; tries++)
        {
            var left = _discoveryTime - Stopwatch.GetElapsedTime(started);
            switch (Discover(tries % engines, left > TimeSpan.Zero ? left : TimeSpan.Zero))
            {
                case Discovery.Found:
                    found++;
                    break;
                case Discovery.NoAnswerYet:
                    unanswered++;
                    break;
                case Discovery.NoBell:
                    return found;
            }
        }

        return found;
    }

    /// <summary>How many epoll threads the runtime has.</summary>
    internal static int EngineCount() =>
        int.TryParse(Environment.GetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT"), out var count)
        && count > 0
            ? count
            : Environment.ProcessorCount;

    private void OnRung(bool intact)
    {
        if (_current != this)
        {
            Join(intact);
            return;
        }

        _rung = false;
        if (!intact || !_bell!.TryHear())
        {
            Retire();
            return;
        }

        Interlocked.Exchange(ref _soon, null)?.Invoke();
        // Only what is queued now: what these turns add waits for the next round of epoll.
        for (var count = _ready.Count; count > 0; count--)
        {
            _ready.Dequeue()();
        }
    }

    /// <summary>The first ring: the thread that receives it becomes the loop, however late.</summary>
    private void Join(bool intact)
    {
        // A pool thread means that the engine started before the variable was set: then there are no loops.
        _joined = intact && _current is null && !Thread.CurrentThread.IsThreadPoolThread && _bell!.TryHear();
        if (_joined)
        {
            _current = this;
            LoopOrder.Enlist(this);
            SchedulerSlice.RequestShortest();
        }
        else
        {
            _bell!.Dispose();
        }

        _answered.Set();
    }

    /// <summary>
    /// The bell is broken: the thread is no longer a loop, and what waits in its queue continues elsewhere.
    /// </summary>
    private void Retire()
    {
        _current = null;
        LoopOrder.Strike(this);
        _bell!.Dispose();
        while (_ready.TryDequeue(out var continuation))
        {
            RunOnPool(continuation);
        }
    }

    private bool TryPost(Action continuation)
    {
        if (!_rung && !_bell!.TryRing())
        {
            return false;
        }

        _rung = true;
        _ready.Enqueue(continuation);
        return true;
    }

    private static void RunOnPool(Action continuation) =>
        ThreadPool.UnsafeQueueUserWorkItem(static run => run(), continuation, preferLocal: false);

    /// <summary>What became of the search for an epoll thread.</summary>
    internal enum Discovery
    {
        /// <summary>It is a loop now.</summary>
        Found,

        /// <summary>It may still become one.</summary>
        NoAnswerYet,

        /// <summary>It is a loop already, or not an epoll thread.</summary>
        NotForLoops,

        /// <summary>No bell is available: no files left, or not on this system.</summary>
        NoBell,
    }

    public readonly struct YieldAwaitable : ICriticalNotifyCompletion
    {
        public YieldAwaitable GetAwaiter() => this;

        public bool IsCompleted => false;

        public void GetResult() { }

        public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

        public void UnsafeOnCompleted(Action continuation)
        {
            if (_current is not { } loop || !loop.TryPost(continuation))
            {
                RunOnPool(continuation);
            }
        }
    }
}
