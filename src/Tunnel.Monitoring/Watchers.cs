using Tunnel.Config;
using Tunnel.Tunnels;

namespace Tunnel.Monitoring;

/// <summary>
/// Those that watch a process from outside, as long as this is not disposed of. They share its reports and its meter.
/// </summary>
public sealed class Watchers : IAsyncDisposable
{
    private readonly ProcessMeter _meter;
    private readonly OtlpExport? _otlp;
    private HttpMonitor? _http;

    private Watchers(ProcessMeter meter, OtlpSettings? otlp) =>
        (_meter, _otlp) = (meter, otlp is null ? null : new OtlpExport(otlp));

    /// <summary>Where it is asked over HTTP; null: nowhere.</summary>
    public Uri? Address => _http?.Address;

    /// <param name="token">Who asks over HTTP has to show it; null: nobody has to.</param>
    /// <returns>Null when nobody is to watch it.</returns>
    /// <exception cref="TunnelStartException">The address for HTTP cannot be used.</exception>
    public static async Task<Watchers?> StartAsync(MonitorSettings settings, string? token, IWatchedProcess process)
    {
        if (settings is { Http: null, Otlp: null })
        {
            return null;
        }

        var snapshots = new Snapshots(process);
        var watchers = new Watchers(new ProcessMeter(() => snapshots.Report), settings.Otlp);
        try
        {
            if (settings.Http is { } http)
            {
                process.TakeFiles(HttpMonitor.MostConnections);
                watchers._http = await HttpMonitor.StartAsync(http, token, snapshots).ConfigureAwait(false);
            }

            return watchers;
        }
        catch
        {
            await watchers.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_http is not null)
        {
            await _http.DisposeAsync().ConfigureAwait(false);
        }

        if (_otlp is not null)
        {
            await _otlp.DisposeAsync().ConfigureAwait(false);
        }

        _meter.Dispose();
    }
}
