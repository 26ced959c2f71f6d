using System.Diagnostics;
using Tunnel.Load.Pairs;

namespace Tunnel.Load.Cases;

/// <summary>
/// The part of a load that is measured: what was counted in it, how long it was, and what CPU the pair took.
/// </summary>
internal readonly record struct Window(long Count, TimeSpan Time, TimeSpan Cpu)
{
    public double PerSecond => Count / Time.TotalSeconds;

    /// <summary>CPU microseconds of the pair per unit counted; NaN without a pair.</summary>
    public double CpuMicrosecondsEach => Cpu == TimeSpan.Zero ? double.NaN : Cpu.TotalMicroseconds / Count;

    /// <param name="start">Starts the load; without a warm-up its first moment is measured too.</param>
    /// <param name="count">Reads the counter.</param>
    /// <param name="recording">Told when the measurement begins and ends.</param>
    public static Window Measure(
        RunningPair pair,
        Timing timing,
        Action start,
        Func<long> count,
        Action<bool>? recording = null
    )
    {
        if (timing.WarmUp > TimeSpan.Zero)
        {
            start();
            Thread.Sleep(timing.WarmUp);
        }

        recording?.Invoke(true);
        var (countBefore, cpuBefore, started) = (count(), pair.Cpu, Stopwatch.GetTimestamp());
        if (timing.WarmUp == TimeSpan.Zero)
        {
            start();
        }

        Thread.Sleep(timing.Measure);
        var window = new Window(count() - countBefore, Stopwatch.GetElapsedTime(started), pair.Cpu - cpuBefore);
        recording?.Invoke(false);
        return window;
    }
}
