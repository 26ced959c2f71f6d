namespace Tunnel.Simulator;

/// <summary>How unruly a scheduler is.</summary>
/// <param name="Seed">Of every choice it makes.</param>
/// <param name="InterruptPercent">
/// How often something of the world outside happens in the middle of a system call.
/// </param>
/// <param name="LatePercent">How often time goes on although something is ready to run.</param>
internal sealed record Unruliness(long Seed, int InterruptPercent, int LatePercent);

/// <summary>
/// Stands in for event loops, thread pool, kernel and clock: one thread runs whatever is ready in any order it likes,
/// and when nothing is, time jumps to the next event.
/// </summary>
internal sealed class Scheduler(Unruliness unruliness)
{
    // How far a system call may take, or a continuation lie ready, while the world goes on.
    private static readonly long _reach = TimeSpan.FromMilliseconds(2).Ticks;

    // What is due at the same time happens in any order; what is left of the 64 bits is enough for some 15 hours.
    private const int TieBits = 20;

    private readonly Dice _dice = new(unruliness.Seed);
    private readonly PriorityQueue<Happening, long> _coming = new();
    private readonly List<object> _ready = [];

    public Dice Dice => _dice;

    /// <summary>Ticks of 100 ns since the world began.</summary>
    public long NowTicks { get; private set; }

    public TimeSpan Now => TimeSpan.FromTicks(NowTicks);

    /// <summary>Things run so far.</summary>
    public long Steps { get; private set; }

    /// <summary>Runs soon, before or after anything else that is ready: code under test, or what resumes it.</summary>
    public void Post(Action action) => _ready.Add(action);

    /// <summary>
    /// Happens at its time, in the kernel, on the wire, or in a process that is not under test; also in the middle of a
    /// system call.
    /// </summary>
    public void Outside(TimeSpan after, Action action) => Add(after, action, isOutside: true);

    /// <summary>Runs at its time and never in the middle of something else: code under test.</summary>
    public void Inside(TimeSpan after, Action action) => Add(after, action, isOutside: false);

    /// <summary>Called where the code under test asks the system for something.</summary>
    public void Interrupt()
    {
        while (
            _coming.TryPeek(out var next, out var at)
            && next.IsOutside
            && DueAt(at) <= NowTicks + _reach
            && _dice.Percent(unruliness.InterruptPercent)
        )
        {
            RunNext();
        }
    }

    /// <returns>False when nothing will ever happen any more.</returns>
    private bool Step()
    {
        Steps++;
        if (_ready.Count > 0 && !LetsTimePass())
        {
            RunReady();
            return true;
        }

        return RunNext();
    }

    /// <summary>Runs until the condition holds, or nothing is left, or the world is too old or too busy.</summary>
    /// <returns>Whether it holds.</returns>
    public bool RunUntil(Func<bool> condition, TimeSpan deadline, long mostSteps)
    {
        while (!condition())
        {
            if (Steps > mostSteps || !IsBefore(deadline) || !Step())
            {
                return false;
            }
        }

        return true;
    }

    private bool IsBefore(TimeSpan deadline)
    {
        HeldThreadPool.MoveTo(_ready);
        return _ready.Count > 0 || (_coming.TryPeek(out _, out var at) && DueAt(at) <= deadline.Ticks);
    }

    private bool LetsTimePass() =>
        _coming.TryPeek(out _, out var at)
        && (
            DueAt(at) <= NowTicks
                ? _dice.Percent(50)
                : DueAt(at) <= NowTicks + _reach && _dice.Percent(unruliness.LatePercent)
        );

    private void RunReady()
    {
        var index = _dice.Next(_ready.Count);
        var item = _ready[index];
        _ready[index] = _ready[^1];
        _ready.RemoveAt(_ready.Count - 1);
        if (item is Action action)
        {
            action();
        }
        else
        {
            HeldThreadPool.Run(item);
        }
    }

    private bool RunNext()
    {
        if (!_coming.TryDequeue(out var next, out var at))
        {
            return false;
        }

        NowTicks = Math.Max(NowTicks, DueAt(at));
        next.Action();
        return true;
    }

    private void Add(TimeSpan after, Action action, bool isOutside) =>
        _coming.Enqueue(
            new Happening(action, isOutside),
            ((NowTicks + after.Ticks) << TieBits) | (uint)_dice.Next(1 << TieBits)
        );

    private static long DueAt(long priority) => priority >> TieBits;

    private readonly record struct Happening(Action Action, bool IsOutside);
}
