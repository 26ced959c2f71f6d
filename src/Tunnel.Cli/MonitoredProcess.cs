using Tunnel.Monitoring;
using Tunnel.Net;
using Tunnel.Tunnels;

namespace Tunnel.Cli;

/// <summary>The tunnels of a process, and those that watch them from outside as long as they run.</summary>
internal sealed class MonitoredProcess : IRunningTunnel
{
    private readonly TunnelSet _tunnels;
    private Watchers? _watchers;

    private MonitoredProcess(TunnelSet tunnels) => _tunnels = tunnels;

    /// <inheritdoc/>
    public Task StopAsked => _tunnels.StopAsked;

    /// <inheritdoc/>
    public TimeSpan ShutdownDelay => _tunnels.ShutdownDelay;

    /// <inheritdoc/>
    public TimeSpan ShutdownLimit => _tunnels.ShutdownLimit;

    /// <inheritdoc cref="TunnelSet.StartAsync"/>
    public static async Task<IRunningTunnel> StartAsync(
        ProcessCandidate candidate,
        Engine engine,
        Func<ProcessCandidate> judge
    )
    {
        var process = new MonitoredProcess(await TunnelSet.StartAsync(candidate, engine, judge));
        try
        {
            await process.WatchAsync(candidate);
            return process;
        }
        catch
        {
            await process.DrainAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<ReloadResult> ReloadAsync(string by) => _tunnels.ReloadAsync(by);

    /// <inheritdoc/>
    public Task StopAcceptingAsync() => _tunnels.StopAcceptingAsync();

    /// <inheritdoc/>
    public async Task<int> DrainAsync()
    {
        var cut = await _tunnels.DrainAsync();
        // Until here they tell how the draining goes.
        if (_watchers is not null)
        {
            await _watchers.DisposeAsync();
        }

        return cut;
    }

    /// <inheritdoc/>
    public int CutAll() => _tunnels.CutAll();

    private async Task WatchAsync(ProcessCandidate candidate)
    {
        var monitor = candidate.Settings.Monitor;
        _watchers = await Watchers.StartAsync(monitor, candidate.HttpToken?.Reveal(), _tunnels);
        if (_watchers?.Address is { } address)
        {
            TunnelLogger.OfProcess.Info("status, metrics and a page at {listener:l}", address.ToString());
        }

        if (monitor.Otlp is { } otlp)
        {
            TunnelLogger.OfProcess.Info(
                "metrics are sent to {target:l} every {interval_seconds} s",
                otlp.Endpoint.ToString(),
                otlp.Interval.TotalSeconds
            );
        }
    }
}
