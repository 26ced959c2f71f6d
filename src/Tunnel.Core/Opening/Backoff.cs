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
    /// <param name="atLeast">What a server has asked for; to it comes up to half as much again, by chance.</param>
    public TimeSpan? Next(TimeSpan elapsed, TimeSpan atLeast = default)
    {
        if (elapsed + atLeast >= settings.MaxElapsed)
        {
            return null;
        }

        var bound = _bound < settings.MaxDelay ? _bound : settings.MaxDelay;
        _bound = bound * 2;
        var delay = bound * random.NextDouble();
        if (delay < atLeast)
        {
            delay = atLeast * (1 + (random.NextDouble() / 2));
        }

        var left = settings.MaxElapsed - elapsed;
        // The last attempt is at the end of the budget, not after it.
        return delay < left ? delay : left;
    }
}
