using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Relay;

namespace Tunnel.Opening;

/// <summary>
/// Opens a client's session: attempts to reach a server and to be accepted by it, in rounds over all servers, until one
/// succeeds, the budget is spent, trying again cannot help, or the local application leaves. Meanwhile the
/// application's bytes stay in the system's buffers, so no attempt can lose or repeat one.
/// </summary>
internal sealed class ClientOpening(Arrival arrival)
{
    private readonly TcpTransport _application = new(arrival.Front);
    private readonly TargetFailures _failures = new();
    private Task<Chunk>? _early;
    private int _attempts;

    public async Task<Opened> OpenAsync()
    {
        var opened = await ReachAsync().ConfigureAwait(false);
        if (opened.Legs is null && _early is not null)
        {
            // Cut, so that the read completes: a channel must not be disposed of before.
            arrival.Front.Abort();
            (await _early.ConfigureAwait(false)).Return();
        }

        return opened;
    }

    private async Task<Opened> ReachAsync()
    {
        using var watch = new ApplicationWatch(arrival);
        var backoff = new Backoff(arrival.Plan.Reconnect ?? new ReconnectSettings(), arrival.Engine.Random);
        for (var rounds = 1; ; rounds++)
        {
            var plan = arrival.Plan;
            var round = new TargetRound(plan.Forward, _failures.Final, plan.Timeouts.Connect);
            var legs = await TryAllAsync(round, isFirst: rounds == 1).ConfigureAwait(false);
            if (legs is not null || arrival.Ending.HasCome)
            {
                return Opened.With(legs);
            }

            var isFinal = _failures.Final.Count == plan.Forward.All.Count;
            if (isFinal || backoff.Next(arrival.Facts.Age, _failures.RetryAfter) is not { } delay)
            {
                OpeningLog.GivenUp(arrival.Facts, _failures.Together, _attempts, isFinal);
                return new Opened(null, _failures.Together);
            }

            OpeningLog.AttemptFailed(arrival.Facts, _failures.Last, _attempts, delay, isNews: rounds == 1);
            arrival.Enter(SessionState.Retrying);
            watch.FinMeansGone = true;
            await Task.WhenAny(arrival.Engine.Wheel.DelayAsync(delay), watch.Left).ConfigureAwait(false);
            if (arrival.Ending.HasCome)
            {
                return default;
            }

            arrival.Facts.Renew();
            if (arrival.Plan != plan)
            {
                _failures.Forget();
            }
        }
    }

    /// <summary>One server after the other, without a wait; those that have refused us for good are left out.</summary>
    private async Task<Legs?> TryAllAsync(TargetRound round, bool isFirst)
    {
        var facts = arrival.Facts;
        while (round.Next(arrival.Engine.Wheel.Now) is { } server)
        {
            facts.GoTo(server);
            _attempts++;
            var attempt = new ClientAttempt(arrival, round, _application, _early);
            var legs = await attempt.RunAsync().ConfigureAwait(false);
            _early = attempt.FirstFromApplication;
            if (legs is not null)
            {
                TargetNews.Worked(facts.Tunnel, server);
                return legs;
            }

            if (arrival.Ending.HasCome)
            {
                return null;
            }

            var failure = attempt.Failure!;
            facts.Tunnel.Counts.FailedAttempts.Count(failure.End.Reason);
            TargetNews.Failed(facts.Tunnel, server, failure.End, failure.Later);
            _failures.Note(server, failure);
            facts.LeaveTarget();
            if (round.HasMore)
            {
                OpeningLog.AttemptFailed(facts, failure.End, _attempts, TimeSpan.Zero, isFirst);
            }
        }

        return null;
    }
}
