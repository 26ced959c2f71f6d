using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using Tunnel.Config;
using Tunnel.Tunnels;

namespace Tunnel.Monitoring;

/// <summary>Sends the metrics to a collector, by OTLP over HTTP, until it is disposed of; then once more.</summary>
public sealed class OtlpExport : IAsyncDisposable
{
    // At the end of the process a collector that is silent may not hold it up.
    private const int LastExportMs = 2000;

    private readonly ProcessMeter _meter;
    private readonly MeterProvider _provider;

    public OtlpExport(OtlpSettings settings, IWatchedProcess process)
    {
        var snapshots = new Snapshots(process);
        _meter = new ProcessMeter(() => snapshots.Report);
        _provider = Export
            .Of(Sdk.CreateMeterProviderBuilder())
            .AddOtlpExporter(
                (exporter, reader) =>
                {
                    exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
                    exporter.Endpoint = settings.Endpoint;
                    reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)
                        settings.Interval.TotalMilliseconds;
                }
            )
            .Build();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.Run(() => _provider.ForceFlush(LastExportMs)).ConfigureAwait(false);
        _provider.Dispose();
        _meter.Dispose();
    }
}
