using System.Diagnostics;
using Tunnel.Load.Ends;

namespace Tunnel.Load.Machine;

/// <summary>
/// What it takes until a sleeping thread runs: two threads wake each other in turns through two eventfds, and each sees
/// how long ago it was called.
/// </summary>
internal sealed class WakeCost
{
    // A fifth of a second where waking takes 5 us.
    private const int Rounds = 20_000;

    private readonly int _there = Libc.EventFd(0, 0);
    private readonly int _back = Libc.EventFd(0, 0);
    private readonly Latencies _latencies = new();
    private long _called;

    private WakeCost() { }

    /// <summary>Median and 99th percentile in microseconds.</summary>
    /// <param name="apart">True: each thread on a processor of its own; false: where the scheduler puts them.</param>
    public static (double P50, double P99) Measure(bool apart)
    {
        var cost = new WakeCost();
        var other = new Thread(() => cost.Answer(apart)) { IsBackground = true };
        var caller = new Thread(() => cost.Call(apart)) { IsBackground = true };
        other.Start();
        caller.Start();
        caller.Join();
        other.Join();
        _ = (Libc.Close(cost._there), Libc.Close(cost._back));
        cost._latencies.Sort();
        return (cost._latencies.At(0.5).TotalMicroseconds, cost._latencies.At(0.99).TotalMicroseconds);
    }

    private void Call(bool apart)
    {
        Pin(apart, last: false);
        for (var i = 0; i < Rounds; i++)
        {
            Wake(_there);
            Sleep(_back);
        }
    }

    private void Answer(bool apart)
    {
        Pin(apart, last: true);
        for (var i = 0; i < Rounds; i++)
        {
            Sleep(_there);
            Wake(_back);
        }
    }

    private void Wake(int bell)
    {
        long one = 1;
        _called = Stopwatch.GetTimestamp();
        _ = Libc.Write(bell, ref one, sizeof(long));
    }

    private void Sleep(int bell)
    {
        long count = 0;
        _ = Libc.Read(bell, ref count, sizeof(long));
        // One of the two is always asleep, so only the other touches these.
        _latencies.Add(Stopwatch.GetElapsedTime(_called));
    }

    // The threads end with the measurement: nothing has to be undone.
    private static void Pin(bool apart, bool last)
    {
        ulong allowed = 0;
        if (!apart || Libc.PinnedTo(0, sizeof(ulong), ref allowed) < 0)
        {
            return;
        }

        var processor = last
            ? 63 - System.Numerics.BitOperations.LeadingZeroCount(allowed)
            : System.Numerics.BitOperations.TrailingZeroCount(allowed);
        var mask = 1UL << processor;
        _ = Libc.PinTo(0, sizeof(ulong), ref mask);
    }
}
