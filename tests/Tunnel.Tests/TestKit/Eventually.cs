namespace Tunnel.Tests.TestKit;

/// <summary>For states that nothing announces.</summary>
public static class Eventually
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(5);

    /// <summary>Completes as soon as the condition holds; fails with <paramref name="what"/> when it does not come to hold.</summary>
    public static async Task HoldsAsync(Func<bool> condition, Func<string> what)
    {
        using var glances = new PeriodicTimer(Glance);
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
}
