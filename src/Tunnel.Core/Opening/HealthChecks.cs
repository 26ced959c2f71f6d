using System.Collections.Concurrent;
using Tunnel.Net;

namespace Tunnel.Opening;

/// <summary>
/// Looks at an interval whether each target of a tunnel accepts connections, and says nothing to it. So one that is
/// down is found before a session comes, and one that is back need not wait for a session to find it.
/// </summary>
internal sealed class HealthChecks(TunnelState tunnel) : Deadline, IDisposable
{
    private readonly ConcurrentDictionary<Target, ConnectAttempt> _underWay = new();
    private volatile bool _stopped;

    private Engine Engine => tunnel.Engine;

    /// <summary>Looks at once, and then at the interval of the plan; to be called for each new one.</summary>
    public void Follow() => Engine.Wheel.Schedule(this, TimeSpan.Zero);

    public void Dispose()
    {
        _stopped = true;
        Engine.Wheel.Cancel(this);
        foreach (var attempt in _underWay.Values)
        {
            attempt.GiveUp();
        }
    }

    protected internal override void OnDue()
    {
        var plan = tunnel.Plan;
        if (_stopped || plan.Forward.HealthCheckInterval is not { } interval)
        {
            return;
        }

        var limit = plan.Timeouts.Connect < interval ? plan.Timeouts.Connect : interval;
        foreach (var target in plan.Forward.All)
        {
            // A deadline must be quick.
            ThreadPool.UnsafeQueueUserWorkItem(
                static one => _ = one.Checks.LookAsync(one.Target, one.Limit),
                (Checks: this, Target: target, Limit: limit),
                preferLocal: false
            );
        }

        Engine.Wheel.Schedule(this, interval);
    }

    private async Task LookAsync(Target target, TimeSpan most)
    {
        var attempt = ConnectAttempts.To(target.Settings.Address, Engine);
        // The last look may not have ended; and at the limit the files are for sessions.
        if (!Engine.Files.TryTake(1))
        {
            return;
        }

        if (_underWay.TryAdd(target, attempt))
        {
            using (TimeLimit.Start(Engine.Wheel, most, attempt.GiveUp))
            {
                await LookAsync(target, attempt).ConfigureAwait(false);
            }

            _underWay.TryRemove(target, out _);
        }

        Engine.Files.Return(1);
    }

    private async Task LookAsync(Target target, ConnectAttempt attempt)
    {
        if (_stopped)
        {
            attempt.GiveUp();
        }

        var result = await attempt.RunAsync().ConfigureAwait(false);
        // In order: a reset would be an error in the log of many services.
        result.Channel?.Dispose(clean: true);
        if (!_stopped && result.Channel is not null)
        {
            TargetNews.Worked(tunnel, target, entirely: false);
        }
        else if (!_stopped)
        {
            TargetNews.FailedCheck(tunnel, target, $"health check: {result.Detail}");
        }
    }
}
