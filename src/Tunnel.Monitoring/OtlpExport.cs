using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using Tunnel.Config;

namespace Tunnel.Monitoring;

/// <summary>Sends the metrics to a collector, by OTLP over HTTP, until it is disposed of; then once more.</summary>
internal sealed class OtlpExport : IAsyncDisposable
{
    // At the end of the process a collector that is silent may not hold it up.
    private const int LastExportMs = 2000;

    private readonly MeterProvider _provider;

    public OtlpExport(OtlpSettings settings) =>
        _provider = Export
            .New()
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

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.Run(() => _provider.ForceFlush(LastExportMs)).ConfigureAwait(false);
        _provider.Dispose();
    }
}
