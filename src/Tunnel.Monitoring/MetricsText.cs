using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;

namespace Tunnel.Monitoring;

/// <summary>The metrics as Prometheus and OpenMetrics read them, from now on.</summary>
internal sealed class MetricsText : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddOptions().BuildServiceProvider();
    private readonly MeterProvider _provider;
    private readonly RequestDelegate _write;

    public MetricsText()
    {
        _provider = Export.New().AddPrometheusExporter(options => options.ScopeInfoEnabled = false).Build();
        var builder = new ApplicationBuilder(_services);
        builder.UseOpenTelemetryPrometheusScrapingEndpoint(_provider, static _ => true, null, null, null);
        _write = builder.Build();
    }

    public Task WriteAsync(HttpContext context) => _write(context);

    public void Dispose()
    {
        _provider.Dispose();
        _services.Dispose();
    }
}
