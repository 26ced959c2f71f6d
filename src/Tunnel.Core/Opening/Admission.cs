using Tunnel.Config;
using Tunnel.Net;

namespace Tunnel.Opening;

/// <summary>
/// Places for sessions within <c>limits</c>. Who finds none waits up to a second: first come first served within an
/// identity, in turns among identities, so that a crowd of one keeps nobody else waiting. From any thread.
/// </summary>
internal sealed class Admission(Engine engine, LimitSettings limits)
{
    /// <summary>Longer would look like a server that hangs; a client that is told can go elsewhere.</summary>
    public static readonly TimeSpan MostWait = TimeSpan.FromSeconds(1);

    private const string OfAll = "limits.sessions";

    // Each holds a connection with TLS. It is as much as a second brings at a rate that no machine reaches.
    private const int MostWaiting = 4096;

    // Below this number it is not worth looking who can be forgotten.
    private const int FewTenants = 1024;

    private readonly Lock _lock = new();
    private readonly DeadlineWheel _wheel = engine.Wheel;
    private readonly SessionPlaces _places = engine.SessionPlaces;
    private readonly Dictionary<string, Tenant> _tenants = [];
    private readonly Queue<Tenant> _round = [];
    private LimitSettings _limits = limits;
    private int _lookAt = FewTenants;
    private RateTimer? _timer;

    /// <summary>Sessions that have a place.</summary>
    public int Active { get; private set; }

    /// <summary>Sessions that wait for a place.</summary>
    public int Waiting { get; private set; }

    /// <summary>Sessions that got no place, since the start; those whose client did not wait, too.</summary>
    public long TurnedAway { get; private set; }

    /// <summary>How many sessions there may be, of all and of one identity.</summary>
    public (long All, long OfOne) Most
    {
        get
        {
            var all = Math.Min(_limits.Sessions ?? long.MaxValue, _places.Most);
            return (all, _limits.SessionsPerIdentity ?? SessionPlaces.LessReserve(all));
        }
    }

    private bool IsFull => Active >= _limits.Sessions || _places.IsFull;

    /// <summary>How many identities are remembered.</summary>
    internal int Tenants => _tenants.Count;

    /// <summary>From now on these limits hold, also for those who wait.</summary>
    public void Apply(LimitSettings next)
    {
        lock (_lock)
        {
            _limits = next;
            foreach (var tenant in _tenants.Values)
            {
                tenant.Traffic.Limit(next.BytesPerSecond);
            }

            Serve();
            AwaitRate();
        }
    }

    /// <summary>Takes a place; <see cref="Leave"/> gives it back.</summary>
    /// <param name="who">The identity.</param>
    /// <param name="cutBy">Receives what to call to give up, and null when the wait is over.</param>
    public async ValueTask<AdmissionOutcome> EnterAsync(string who, Action<Action?> cutBy)
    {
        AdmissionWait wait;
        string limit;
        Tenant tenant;
        lock (_lock)
        {
            tenant = TenantOf(who);
            var reached = LimitReached(tenant);
            if (reached is null && tenant.Waiting.Count == 0)
            {
                Take(tenant);
                return AdmissionOutcome.Admitted(tenant.Traffic);
            }

            // Whoever waits before this one does so for the limit of all, or is about to be served.
            limit = reached ?? (_places.IsFull ? engine.Files.Limit : OfAll);
            if (Waiting >= MostWaiting)
            {
                TurnedAway++;
                return new AdmissionOutcome(AdmissionResult.Busy, limit, RetryAfter(tenant));
            }

            wait = new AdmissionWait();
            tenant.Waiting.AddLast(wait.Place);
            Waiting++;
            JoinRound(tenant);
            AwaitRate();
        }

        _wheel.Schedule(wait, MostWait);
        cutBy(() => wait.TryEnd(AdmissionResult.GivenUp));
        var result = await wait.Result.ConfigureAwait(false);
        cutBy(null);
        _wheel.Cancel(wait);
        return result == AdmissionResult.Admitted
            ? AdmissionOutcome.Admitted(tenant.Traffic)
            : new AdmissionOutcome(result, limit, TurnAway(tenant, wait));
    }

    /// <summary>Gives a place back, to whoever is next.</summary>
    public void Leave(string who)
    {
        lock (_lock)
        {
            var tenant = _tenants[who];
            tenant.Active--;
            Active--;
            _places.Return();
            Serve();
            Forget(tenant);
        }
    }

    private void RateAllows()
    {
        lock (_lock)
        {
            _timer = null;
            Serve();
            AwaitRate();
        }
    }

    /// <summary>Gives places to those who wait, one to each identity in turn.</summary>
    private void Serve()
    {
        // A whole turn without a place for anybody ends it.
        for (var refused = 0; refused < _round.Count && !IsFull; )
        {
            var tenant = _round.Dequeue();
            if (tenant.Waiting.First is not { } first)
            {
                tenant.IsInRound = false;
                Forget(tenant);
                continue;
            }

            _round.Enqueue(tenant);
            if (LimitReached(tenant) is not null)
            {
                refused++;
                continue;
            }

            refused = 0;
            LeaveLine(tenant, first.Value);
            if (first.Value.TryEnd(AdmissionResult.Admitted))
            {
                Take(tenant);
            }
        }
    }

    private TimeSpan TurnAway(Tenant tenant, AdmissionWait wait)
    {
        lock (_lock)
        {
            LeaveLine(tenant, wait);
            TurnedAway++;
            return RetryAfter(tenant);
        }
    }

    private void LeaveLine(Tenant tenant, AdmissionWait wait)
    {
        if (wait.Place.List is not null)
        {
            tenant.Waiting.Remove(wait.Place);
            Waiting--;
        }
    }

    /// <summary>Those who wait are before whoever comes back.</summary>
    private TimeSpan RetryAfter(Tenant tenant)
    {
        var byRate = _limits.NewSessionsPerSecond is { } rate
            ? TimeSpan.FromSeconds((double)tenant.Waiting.Count / rate)
            : TimeSpan.Zero;
        return byRate > MostWait ? byRate : MostWait;
    }

    private string? LimitReached(Tenant tenant) =>
        Active >= _limits.Sessions ? OfAll
        : _places.IsFull ? engine.Files.Limit
        : tenant.LimitReached(_limits, Most.OfOne, _wheel.Now);

    private void Take(Tenant tenant)
    {
        tenant.Take();
        Active++;
        _places.Take();
    }

    private void JoinRound(Tenant tenant)
    {
        if (!tenant.IsInRound)
        {
            tenant.IsInRound = true;
            _round.Enqueue(tenant);
        }
    }

    /// <summary>Nobody leaves when a rate allows another session: the clock must say so.</summary>
    private void AwaitRate()
    {
        if (_timer is not null || _limits.NewSessionsPerSecond is null || _round.Count == 0)
        {
            return;
        }

        var now = _wheel.Now;
        _timer = new RateTimer(this);
        _wheel.Schedule(_timer, _round.Min(tenant => tenant.UntilNew(_limits, now)));
    }

    private Tenant TenantOf(string who)
    {
        if (!_tenants.TryGetValue(who, out var tenant))
        {
            if (_tenants.Count >= _lookAt)
            {
                foreach (var other in _tenants.Values)
                {
                    Forget(other);
                }

                _lookAt = Math.Max(FewTenants, 2 * _tenants.Count);
            }

            tenant = new Tenant(who, _wheel.Now, new Traffic(engine.BulkShares));
            tenant.Traffic.Limit(_limits.BytesPerSecond);
            _tenants[who] = tenant;
        }

        return tenant;
    }

    private void Forget(Tenant tenant)
    {
        if (!tenant.IsInRound && tenant.IsForgettable(_limits, _wheel.Now))
        {
            _tenants.Remove(tenant.Name);
        }
    }

    private sealed class RateTimer(Admission owner) : Deadline
    {
        protected internal override void OnDue() => owner.RateAllows();
    }
}
