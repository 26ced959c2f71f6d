using Tunnel.Config;
using Tunnel.Net;

namespace Tunnel.Opening;

/// <summary>
/// One of those that a tunnel may connect to: how it fares, and how many sessions it has. It outlives a plan, if the
/// next plan has it too. From any thread.
/// </summary>
internal sealed class Target(TargetSettings settings, DateTimeOffset now)
{
    // A service that restarts is back within seconds. One that is silent costs one session in this time a part of its
    // timeouts.connect.
    private static readonly TimeSpan _rest = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private TargetHealth _health = new(IsHealthy: true, now);
    private int _sessions;

    public TargetSettings Settings => settings;

    public TargetHealth Health => Volatile.Read(ref _health);

    /// <summary>Those that use it now, or are on their way to it.</summary>
    public int Sessions => Volatile.Read(ref _sessions);

    /// <summary>It failed a short while ago, or somebody else is finding out whether it works again.</summary>
    public bool Rests(TimeSpan now) => Health is { IsHealthy: false } health && now < health.RestsUntil;

    /// <summary>A session goes to it; <see cref="Leave"/> is to follow.</summary>
    public void Enter(TimeSpan now)
    {
        Interlocked.Increment(ref _sessions);
        if (Health.IsHealthy)
        {
            return;
        }

        lock (_lock)
        {
            if (!_health.IsHealthy)
            {
                // One session at a time finds out whether it works again.
                Volatile.Write(ref _health, _health with { RestsUntil = now + _rest });
            }
        }
    }

    public void Leave() => Interlocked.Decrement(ref _sessions);

    /// <summary>It did what was asked of it.</summary>
    /// <param name="entirely">False for somebody who only looked whether it accepts connections.</param>
    /// <returns>How it was before, if that has changed.</returns>
    public TargetHealth? Worked(Engine engine, bool entirely)
    {
        if (Health is { IsHealthy: true })
        {
            return null;
        }

        lock (_lock)
        {
            var before = _health;
            if (before.IsHealthy || (before.FailsLater && !entirely))
            {
                return null;
            }

            Volatile.Write(ref _health, new TargetHealth(IsHealthy: true, engine.Time.GetUtcNow()));
            return before;
        }
    }

    /// <summary>It did not.</summary>
    /// <param name="later">It did accept a connection.</param>
    /// <returns>How it was before, if that has changed.</returns>
    public TargetHealth? Failed(Engine engine, string why, bool later)
    {
        lock (_lock)
        {
            var before = _health;
            Volatile.Write(
                ref _health,
                new TargetHealth(false, before.IsHealthy ? engine.Time.GetUtcNow() : before.Since, why)
                {
                    RestsUntil = engine.Wheel.Now + _rest,
                    FailsLater = later,
                }
            );
            return before.IsHealthy ? before : null;
        }
    }
}
