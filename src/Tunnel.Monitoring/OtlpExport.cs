using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using Tunnel.Config;

namespace Tunnel.Monitoring;

/// <summary>Sends the metrics to a collector, by OTLP over HTTP, until it is disposed of; then once more.</summary>
internal sealed class OtlpExport : IAsyncDisposable
{
    // At the end of the process a collector that is silent may not hold it up.
    private static readonly TimeSpan _lastExport = TimeSpan.FromSeconds(2);

    private readonly CollectorLine _line;
    private readonly HttpClient _client;
    private readonly MeterProvider _provider;

    public OtlpExport(OtlpSettings settings)
    {
        _line = new CollectorLine(settings.Endpoint, settings.Interval);
        _client = new HttpClient(_line) { Timeout = CollectorLine.LongestAnswer };
        _provider = Export
            .New()
            .AddOtlpExporter(
                (exporter, reader) =>
                {
                    exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
                    exporter.Endpoint = settings.Endpoint;
                    exporter.HttpClientFactory = () => _client;
                    reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)
                        settings.Interval.TotalMilliseconds;
                }
            )
            .Build();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _line.EndAfter(_lastExport);
        // It exports once more, and waits for that on its thread.
        await Task.Run(_provider.Dispose).ConfigureAwait(false);
        _client.Dispose();
    }
}
