using Tunnel.Config;

namespace Tunnel.Opening;

/// <summary>
/// Exponential backoff with full jitter: each wait is drawn from zero up to a bound that doubles, so that clients that
/// lost the same server at the same time do not return at the same time.
/// </summary>
internal sealed class Backoff(ReconnectSettings settings, Random random)
{
    private TimeSpan _bound = settings.InitialDelay;

    /// <summary>How long to wait before the next attempt; null when the budget is spent.</summary>
    public TimeSpan? Next(TimeSpan elapsed)
    {
        if (elapsed >= settings.MaxElapsed)
        {
            return null;
        }

        var bound = _bound < settings.MaxDelay ? _bound : settings.MaxDelay;
        _bound = bound * 2;
        var delay = bound * random.NextDouble();
        var left = settings.MaxElapsed - elapsed;
        // The last attempt is at the end of the budget, not after it.
        return delay < left ? delay : left;
    }
}
