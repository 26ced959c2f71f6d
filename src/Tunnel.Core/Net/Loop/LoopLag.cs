using System.Diagnostics;

namespace Tunnel.Net;

/// <summary>How long something that is ready waits until its event loop comes to it.</summary>
public static class LoopLag
{
    /// <summary>Asks every loop now.</summary>
    /// <param name="told">Called on each loop with its number, from 0, and the time that it took.</param>
    public static void Measure(Action<int, TimeSpan> told)
    {
        foreach (var loop in LoopOrder.Loops)
        {
            var asked = Stopwatch.GetTimestamp();
            loop?.RunSoon(() => told(loop.Place, Stopwatch.GetElapsedTime(asked)));
        }
    }
}
