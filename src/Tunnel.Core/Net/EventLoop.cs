using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Tunnel.Net;

/// <summary>
/// One of the socket engine's epoll threads, made into an event loop. With inline completions the engine runs
/// continuations on its own thread; what it lacks is a way for a busy connection to step back and let the thread return
/// to epoll. The loop adds it: a connection whose turn is over puts its continuation into a queue and a one-byte
/// datagram rings the loop's own socket, which epoll then reports beside everybody else's events.
/// </summary>
/// <remarks>
/// The queue belongs to its thread: only continuations that already run there add to it, so it needs no lock. Off the
/// loops (or where inline completions are off) a yield goes through the thread pool's global queue instead.
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

    // Finding a thread takes well under a millisecond; a machine that needs longer runs without that loop.
    private static readonly TimeSpan _discoveryTimeout = TimeSpan.FromSeconds(2);

    [ThreadStatic]
    private static EventLoop? _current;

    private static readonly Lazy<int> _started = new(StartAll);

    private readonly Socket _bell = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly SocketAsyncEventArgs _listen = new(unsafeSuppressExecutionContextFlow: true);
    private readonly ManualResetEventSlim _found = new();
    private readonly Queue<Action> _ready = new();
    private readonly byte[] _ring = [1];
    private LoopBudget _budget;
    private bool _rung;
    private bool _owned;

    private EventLoop()
    {
        // A datagram socket connected to itself: only its own datagrams are received, and no file or second socket is needed.
        _bell.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _bell.Connect(_bell.LocalEndPoint!);
        _bell.Blocking = false;
        _listen.SetBuffer(new byte[1]);
        _listen.Completed += (_, _) => OnCompleted();
    }

    /// <summary>Finds the engine's threads, once per process. Returns how many loops run: 0 where inline completions are off.</summary>
    public static int EnsureStarted() => _started.Value;

    /// <summary>Does heavy work at once if this thread is a loop with time for it, else on the thread pool.</summary>
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

    /// <summary>True if this thread is a loop with time for heavy work, which <see cref="EndHeavy"/> must follow.</summary>
    internal static bool TryBeginHeavy(out long started)
    {
        started = _current is null ? 0 : Stopwatch.GetTimestamp();
        return _current is not null && _current._budget.HasRoom(started);
    }

    internal static void EndHeavy(long started) => _current!._budget.Spend(started, Stopwatch.GetTimestamp());

    /// <summary>Ends the turn of the connection that awaits it: everybody else whose event is due goes first.</summary>
    public static YieldAwaitable Yield() => default;

    private static int StartAll()
    {
        if (Environment.GetEnvironmentVariable(InlineCompletionsVariable) != "1")
        {
            return 0;
        }

        // The runtime spreads sockets over its engines in the order of their registration, so as many bells as engines
        // usually find one each; another socket registered in between costs a second try.
        var engines = EngineCount();
        var loops = 0;
        for (var tries = 0; loops < engines && tries < engines * 4; tries++)
        {
            loops += new EventLoop().Discover() ? 1 : 0;
        }

        return loops;
    }

    private static int EngineCount() =>
        int.TryParse(Environment.GetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT"), out var count)
        && count > 0
            ? count
            : Environment.ProcessorCount;

    private bool Discover()
    {
        Arm();
        _bell.Send(_ring);
        if (_found.Wait(_discoveryTimeout) && _owned)
        {
            return true;
        }

        _bell.Dispose();
        return false;
    }

    private void Arm()
    {
        // A synchronous completion would be a stray datagram: whoever arms runs the queue anyway, so it is dropped.
        while (!_bell.ReceiveAsync(_listen)) { }
    }

    private void OnCompleted()
    {
        if (_found.IsSet)
        {
            OnRung();
            return;
        }

        // A thread of the pool means that the engine was up before the variable was set: then there are no loops.
        _owned = _current is null && !Thread.CurrentThread.IsThreadPoolThread;
        if (_owned)
        {
            _current = this;
            SchedulerSlice.RequestShortest();
            Arm();
        }

        _found.Set();
    }

    private void OnRung()
    {
        _rung = false;
        Arm();
        // Only what was queued by now: what these turns queue waits for the next round of epoll.
        for (var count = _ready.Count; count > 0; count--)
        {
            _ready.Dequeue()();
        }
    }

    private bool TryPost(Action continuation)
    {
        if (!_rung)
        {
            try
            {
                _bell.Send(_ring);
            }
            catch (SocketException)
            {
                // The system is out of buffers for one byte; the caller finds another way, nothing is lost.
                return false;
            }

            _rung = true;
        }

        _ready.Enqueue(continuation);
        return true;
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
                ThreadPool.UnsafeQueueUserWorkItem(static run => run(), continuation, preferLocal: false);
            }
        }
    }
}
