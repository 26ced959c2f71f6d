using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Relay;

namespace Tunnel.Opening;

/// <summary>
/// Opens a client's session: attempts to reach the server and to be accepted by it, until one succeeds, the budget is
/// spent, trying again cannot help, or the local application leaves. Meanwhile the application's bytes stay in the
/// system's buffers, so no attempt can lose or repeat one.
/// </summary>
internal sealed class ClientOpening(Arrival arrival)
{
    private readonly TcpTransport _application = new(arrival.Front);
    private Task<Chunk>? _early;

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
        for (var attempts = 1; ; attempts++)
        {
            var attempt = new ClientAttempt(arrival, _application, _early);
            var legs = await attempt.RunAsync().ConfigureAwait(false);
            _early = attempt.FirstFromApplication;
            if (legs is not null || arrival.Ending.HasCome)
            {
                return Opened.With(legs);
            }

            var failure = attempt.Failure!;
            if (failure.Final || backoff.Next(arrival.Facts.Age) is not { } delay)
            {
                OpeningLog.GivenUp(arrival.Facts, failure.End, attempts, failure.Final);
                return new Opened(null, failure.End);
            }

            OpeningLog.AttemptFailed(arrival.Facts, failure.End, attempts, delay);
            arrival.Enter(SessionState.Retrying);
            watch.FinMeansGone = true;
            await Task.WhenAny(arrival.Engine.Wheel.DelayAsync(delay), watch.Left).ConfigureAwait(false);
            if (arrival.Ending.HasCome)
            {
                return default;
            }

            arrival.Facts.Renew();
        }
    }
}
