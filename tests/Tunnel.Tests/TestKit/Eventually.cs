namespace Tunnel.Tests.TestKit;

/// <summary>For states that nothing announces.</summary>
public static class Eventually
{
    private static readonly TimeSpan _glance = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// Completes as soon as the condition holds; fails with <paramref name="what"/> when it does not come to hold.
    /// </summary>
    public static async Task HoldsAsync(Func<bool> condition, Func<string> what)
    {
        using var glances = new PeriodicTimer(_glance);
        using var limit = new CancellationTokenSource(Wire.Patience);
        try
        {
            while (!condition())
            {
                await glances.WaitForNextTickAsync(limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(what());
        }
    }

    /// <summary>The same for a condition that takes a while to look at; at least one look is taken.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> condition, Func<string> what)
    {
        var start = System.Diagnostics.Stopwatch.StartNew();
        while (!await condition())
        {
            if (start.Elapsed > Wire.Patience)
            {
                throw new TimeoutException(what());
            }
        }
    }

    /// <summary>
    /// Completes when a number has stopped changing for a while, as that of a sender does who has been stopped.
    /// </summary>
    public static async Task SettlesAsync(Func<long> number)
    {
        const int glancesInAWhile = 30;
        var (last, same) = (number(), 0);
        await HoldsAsync(
            () =>
            {
                var now = number();
                (last, same) = (now, now == last ? same + 1 : 0);
                return same >= glancesInAWhile;
            },
            () => $"it does not stop; it is at {number()}"
        );
    }
}
