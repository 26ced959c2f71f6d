using Tunnel.Net;

namespace Tunnel.Tunnels;

/// <summary>
/// One tunnel of a process: it runs, or it could not start and tries again, because its address may become free.
/// </summary>
internal sealed class TunnelMember(TunnelCandidate candidate, Engine engine, TimeSpan? totalsInterval)
{
    // Soon enough for an address that becomes free; a line each time would be too many.
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private bool _stopped;

    public TunnelCandidate Candidate => candidate;

    /// <summary>Null until it has started.</summary>
    public RunningTunnel? Running { get; private set; }

    /// <summary>Why it does not run; null if it does.</summary>
    public TunnelStartException? Fault { get; private set; }

    public async Task TryStartAsync()
    {
        try
        {
            var running = await RunningTunnel.StartAsync(candidate, engine, totalsInterval).ConfigureAwait(false);
            bool isLate;
            lock (_lock)
            {
                isLate = _stopped;
                (Running, Fault) = (running, null);
            }

            if (isLate)
            {
                await running.DrainAsync(TimeSpan.Zero).ConfigureAwait(false);
            }
        }
        catch (TunnelStartException e)
        {
            Fault = e;
        }
    }

    /// <summary>Goes on until it runs, or is stopped.</summary>
    public async Task KeepTryingAsync()
    {
        for (var last = ""; Fault is { Message: var words } && !_stopped; last = words)
        {
            if (words != last)
            {
                TunnelLog.NotStarted(candidate.Settings, words, _pause);
            }

            await engine.Wheel.DelayAsync(_pause).ConfigureAwait(false);
            if (!_stopped)
            {
                await TryStartAsync().ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc cref="RunningTunnel.DrainAsync"/>
    public async Task<int> DrainAsync()
    {
        lock (_lock)
        {
            _stopped = true;
        }

        if (Running is { } running)
        {
            return await running.DrainAsync(candidate.Settings.Timeouts.Shutdown).ConfigureAwait(false);
        }

        candidate.Dispose();
        return 0;
    }
}
