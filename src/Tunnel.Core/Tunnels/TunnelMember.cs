using Tunnel.Net;

namespace Tunnel.Tunnels;

/// <summary>
/// One tunnel of a process: it runs, or it could not start and tries again, because its address may become free.
/// </summary>
internal sealed class TunnelMember(TunnelCandidate candidate, Engine engine, ReportSettings reports)
{
    // Soon enough for an address that becomes free; a line each time would be too many.
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private bool _isLeaving;
    private bool _isHeld;

    /// <summary>What it goes by, or would.</summary>
    public TunnelCandidate Candidate { get; private set; } = candidate;

    /// <summary>Null until it has started.</summary>
    public RunningTunnel? Running { get; private set; }

    /// <summary>Why it does not run; null if it does.</summary>
    public TunnelStartException? Fault { get; private set; }

    public async Task TryStartAsync()
    {
        var booking = new PortBooking(engine, free: []);
        try
        {
            var wanted = Candidate;
            var ports = await booking.BookAsync(wanted.Settings).ConfigureAwait(false);
            lock (_lock)
            {
                if (_isLeaving || _isHeld || wanted != Candidate)
                {
                    booking.Cancel();
                }
                else
                {
                    Start(ports);
                }
            }
        }
        catch (TunnelStartException e)
        {
            booking.Cancel();
            Fault = e;
        }
    }

    /// <summary>Until it is released, it does not start by itself: a changeover decides what becomes of it.</summary>
    public void Hold()
    {
        lock (_lock)
        {
            _isHeld = true;
        }
    }

    /// <inheritdoc cref="Hold"/>
    public void Release()
    {
        lock (_lock)
        {
            _isHeld = false;
        }
    }

    /// <summary>Starts on ports that have been booked.</summary>
    public void Start(IReadOnlyList<ServedPort> ports)
    {
        Running = RunningTunnel.Start(Candidate, engine, reports, ports);
        Fault = null;
    }

    /// <summary>Goes on until it runs, or leaves.</summary>
    public async Task KeepTryingAsync()
    {
        for (var last = ""; Running is null && !_isLeaving; last = Fault?.Message ?? "")
        {
            if (Fault is { Message: var words } && words != last)
            {
                TunnelLog.NotStarted(Candidate.Settings, words, _pause);
            }

            await engine.Wheel.DelayAsync(_pause).ConfigureAwait(false);
            if (Running is null && !_isLeaving)
            {
                await TryStartAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Goes by another candidate from now on.</summary>
    /// <param name="ports">What it listens on; not used while it could not start.</param>
    public void Change(TunnelCandidate next, IReadOnlyList<ServedPort> ports)
    {
        lock (_lock)
        {
            var old = Candidate;
            Candidate = next;
            if (Running is { } running)
            {
                running.Change(next, ports);
            }
            else
            {
                old.Dispose();
            }
        }
    }

    /// <inheritdoc cref="RunningTunnel.DrainAsync"/>
    public async Task<int> DrainAsync()
    {
        lock (_lock)
        {
            _isLeaving = true;
            if (Running is null)
            {
                Candidate.Dispose();
                return 0;
            }
        }

        return await Running.DrainAsync(Candidate.Settings.Timeouts.Shutdown).ConfigureAwait(false);
    }
}
