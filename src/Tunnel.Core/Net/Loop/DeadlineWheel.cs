namespace Tunnel.Net;

/// <summary>
/// All deadlines of the process in one hashed timing wheel, driven by one timer. Scheduling costs a list insertion, and
/// a tick touches only the entries of its slot, so idle connections cost nothing between their deadlines.
/// </summary>
public sealed class DeadlineWheel : IDisposable
{
    /// <summary>
    /// The resolution. The shortest timeouts that people set are tenths of a second; 20 wake-ups a second cost nothing
    /// measurable.
    /// </summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    // One revolution is 25.6 s: most deadlines (10 s, 60 s) fire within one to three passes over their slot.
    private const int SlotCount = 512;

    // Twenty ticks missed in a row mean that the process was stopped, or the machine suspended or overloaded. A peer
    // must not be blamed for that time; its bytes wait in the system's buffers, and are read before a timeout can
    // count.
    private static readonly TimeSpan _mostBetweenTicks = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private readonly Deadline?[] _slots = new Deadline?[SlotCount];
    private readonly List<Deadline> _due = [];
    private long _lastTick;
    private long _lastNow;
    private long _notRunning;

    public DeadlineWheel(TimeProvider time)
    {
        _time = time;
        _start = time.GetTimestamp();
        _timer = time.CreateTimer(static wheel => ((DeadlineWheel)wheel!).Advance(), this, Tick, Tick);
    }

    /// <summary>
    /// Time since the wheel was made; monotonic. Time in which the process does not run counts as one second at most.
    /// </summary>
    public TimeSpan Now
    {
        get
        {
            // In this order, because a pass writes them in the other.
            var last = Volatile.Read(ref _lastNow);
            return CountedTime(_time.GetElapsedTime(_start), last, Volatile.Read(ref _notRunning));
        }
    }

    /// <summary>How many deadlines are set.</summary>
    internal int Scheduled { get; private set; }

    /// <summary>
    /// Sets or moves a deadline. It fires once, no earlier than asked and at most two ticks later, on a pool thread.
    /// </summary>
    public void Schedule(Deadline deadline, TimeSpan after)
    {
        var tick = ToTick(Now + after) + 1;
        lock (_lock)
        {
            Unlink(deadline);
            // A slot that this tick's pass has already left would only be reached a revolution later.
            deadline.DueTick = Math.Max(tick, _lastTick + 1);
            Link(deadline);
        }
    }

    /// <summary>A deadline that is already being fired on another thread still fires.</summary>
    public void Cancel(Deadline deadline)
    {
        lock (_lock)
        {
            Unlink(deadline);
        }
    }

    /// <summary>A wait without a timer of its own.</summary>
    public Task DelayAsync(TimeSpan delay)
    {
        var wait = new Wait();
        Schedule(wait, delay);
        return wait.Task;
    }

    public void Dispose() => _timer.Dispose();

    private void Advance()
    {
        Deadline[] due;
        lock (_lock)
        {
            var now = ToTick(Count());
            // After a pause one pass over every slot is enough.
            for (var tick = Math.Max(_lastTick + 1, now - SlotCount + 1); tick <= now; tick++)
            {
                Collect(tick % SlotCount, now);
            }

            _lastTick = Math.Max(_lastTick, now);
            if (_due.Count == 0)
            {
                return;
            }

            due = [.. _due];
            _due.Clear();
        }

        foreach (var deadline in due)
        {
            deadline.OnDue();
        }
    }

    private TimeSpan Count()
    {
        var elapsed = _time.GetElapsedTime(_start);
        var now = CountedTime(elapsed, _lastNow, _notRunning);
        Volatile.Write(ref _notRunning, (elapsed - now).Ticks);
        Volatile.Write(ref _lastNow, now.Ticks);
        return now;
    }

    private static TimeSpan CountedTime(TimeSpan elapsed, long lastNow, long notRunning) =>
        TimeSpan.FromTicks(Math.Min(elapsed.Ticks - notRunning, lastNow + _mostBetweenTicks.Ticks));

    private void Collect(long slot, long now)
    {
        for (var entry = _slots[slot]; entry is not null; )
        {
            var next = entry.Next;
            if (entry.DueTick <= now)
            {
                Unlink(entry);
                _due.Add(entry);
            }

            entry = next;
        }
    }

    private static long ToTick(TimeSpan time) => time.Ticks / Tick.Ticks;

    private void Link(Deadline entry)
    {
        ref var head = ref _slots[entry.DueTick % SlotCount];
        entry.Previous = null;
        entry.Next = head;
        if (head is not null)
        {
            head.Previous = entry;
        }

        head = entry;
        entry.Linked = true;
        Scheduled++;
    }

    private void Unlink(Deadline entry)
    {
        if (!entry.Linked)
        {
            return;
        }

        if (entry.Previous is null)
        {
            _slots[entry.DueTick % SlotCount] = entry.Next;
        }
        else
        {
            entry.Previous.Next = entry.Next;
        }

        if (entry.Next is not null)
        {
            entry.Next.Previous = entry.Previous;
        }

        entry.Previous = entry.Next = null;
        entry.Linked = false;
        Scheduled--;
    }

    private sealed class Wait : Deadline
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Task => _done.Task;

        protected internal override void OnDue() => _done.SetResult();
    }
}
