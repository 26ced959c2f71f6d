using Tunnel.Config;

namespace Tunnel.Opening;

/// <summary>
/// Those that a tunnel may connect to, and which of them is next: by the policy among those that are not known to be
/// down, then the others, because what was down may be up again.
/// </summary>
internal sealed class Targets
{
    private readonly ForwardSettings _settings;
    private readonly Target[] _all;

    // Held while a choice is made in memory; nothing waits inside.
    private readonly Lock _lock = new();
    private int _last;

    public Targets(ForwardSettings settings, DateTimeOffset now)
        : this(settings, [.. settings.Targets.Select(target => new Target(target, now))]) { }

    private Targets(ForwardSettings settings, Target[] all)
    {
        (_settings, _all, _last) = (settings, all, all.Length - 1);
    }

    /// <summary>In the order of the configuration.</summary>
    public IReadOnlyList<Target> All => _all;

    public TimeSpan? HealthCheckInterval => _settings.HealthCheckInterval;

    /// <summary>The same, but what an earlier plan knows of its targets is known of them here too.</summary>
    public Targets Knowing(Targets before) =>
        new(
            _settings,
            [.. _all.Select(target => Array.Find(before._all, old => old.Settings == target.Settings) ?? target)]
        );

    /// <summary>The next one for a session, which has entered it then.</summary>
    /// <param name="excluded">Those that it does not want.</param>
    /// <returns>Null when there is none left.</returns>
    public Target? Enter(Func<Target, bool> excluded, TimeSpan now)
    {
        lock (_lock)
        {
            var best = -1;
            var bestRank = default((bool, int, int));
            for (var index = 0; index < _all.Length; index++)
            {
                var rank = RankOf(index, now);
                if (!excluded(_all[index]) && (best < 0 || rank.CompareTo(bestRank) < 0))
                {
                    (best, bestRank) = (index, rank);
                }
            }

            if (best < 0)
            {
                return null;
            }

            _last = best;
            _all[best].Enter(now);
            return _all[best];
        }
    }

    /// <summary>The place of a target in the list.</summary>
    public int IndexOf(Target target) => Array.IndexOf(_all, target);

    public override string ToString() => _settings.ToString();

    /// <summary>The lower the better.</summary>
    private (bool Rests, int Sessions, int Distance) RankOf(int index, TimeSpan now) =>
        (
            _all[index].Rests(now),
            _settings.Policy == TargetPolicy.LeastConnections ? _all[index].Sessions : 0,
            _settings.Policy == TargetPolicy.Failover ? index : (index - _last - 1 + _all.Length) % _all.Length
        );
}
