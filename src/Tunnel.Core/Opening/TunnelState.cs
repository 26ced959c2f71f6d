using NLog;
using Tunnel.Config;
using Tunnel.Net;

namespace Tunnel.Opening;

/// <summary>
/// What a tunnel keeps as long as it runs, and the plan that the next session, and the next attempt, takes.
/// </summary>
internal sealed class TunnelState
{
    private TunnelPlan _plan;

    /// <param name="plan">The first one.</param>
    /// <param name="name">Of one of several tunnels.</param>
    public TunnelState(Engine engine, TunnelPlan plan, string? name = null)
    {
        plan.Tls.TryEnter();
        (Engine, _plan, Name, Log) = (engine, plan, name, TunnelLogger.Of(name));
        Warnings = new Warnings(engine.Wheel, engine.Lines, Log);
        Refusals = new Refusals(engine.Time);
        Traffic = new Traffic(engine.BulkShares);
        Admission = new Admission(engine, plan.Limits);
        Strangers =
            plan.Role == TunnelRole.Server
                ? new Strangers(engine.Files, new EvictionReport(engine.Wheel, Log), plan.Limits)
                : null;
    }

    public Engine Engine { get; }

    public string? Name { get; }

    /// <summary>Each of its lines bears the tunnel's name.</summary>
    public ILogger Log { get; }

    /// <summary>How often the sessions may warn.</summary>
    public Warnings Warnings { get; }

    /// <summary>Peers whose certificate was not good enough.</summary>
    public Refusals Refusals { get; }

    public OpeningCounts Counts { get; } = new();

    /// <summary>Server only.</summary>
    public Strangers? Strangers { get; }

    /// <summary>Of sessions that belong to no identity.</summary>
    public Traffic Traffic { get; }

    /// <summary>Of a server's clients that have shown who they are.</summary>
    public Admission Admission { get; }

    /// <summary>
    /// May be replaced at any time, from any thread, but not by two at once; sessions that relay keep the plan that
    /// they began with, and what is known of a target that both plans have stays known.
    /// </summary>
    public TunnelPlan Plan
    {
        get => Volatile.Read(ref _plan);
        set
        {
            value.Tls.TryEnter();
            var next = value with { Forward = value.Forward.Knowing(Plan.Forward) };
            Interlocked.Exchange(ref _plan, next).Tls.Leave();
            Admission.Apply(next.Limits);
            Strangers?.Apply(next.Limits);
        }
    }

    /// <summary>The plan for somebody who leaves its endpoint afterwards.</summary>
    /// <returns>Null when the tunnel has ended.</returns>
    public TunnelPlan? EnterPlan()
    {
        while (true)
        {
            var plan = Plan;
            if (plan.Tls.TryEnter())
            {
                return plan;
            }

            if (ReferenceEquals(plan, Plan))
            {
                return null;
            }
        }
    }

    /// <summary>After the last session: writes what has not been reported yet.</summary>
    public void End()
    {
        Strangers?.Dispose();
        Warnings.Dispose();
        Plan.Tls.Leave();
    }
}
