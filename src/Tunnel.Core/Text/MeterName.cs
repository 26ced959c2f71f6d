namespace Tunnel.Text;

/// <summary>The name of every meter of the product (System.Diagnostics.Metrics).</summary>
public static class MeterName
{
    public const string Text = "tunnel";
}
