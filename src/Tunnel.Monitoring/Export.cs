using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Tunnel.Monitoring;

/// <summary>What every export of metrics has: our meters, and who we are.</summary>
internal static class Export
{
    public static MeterProviderBuilder New() =>
        Sdk.CreateMeterProviderBuilder()
            .AddMeter(MeterName.Text)
            .SetResourceBuilder(
                ResourceBuilder.CreateEmpty().AddService("tunnel", serviceVersion: ProductVersion.Text)
            );
}
