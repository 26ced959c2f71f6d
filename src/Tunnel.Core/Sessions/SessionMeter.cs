using System.Diagnostics.Metrics;
using Tunnel.Opening;
using Tunnel.Relay;

namespace Tunnel.Sessions;

/// <summary>How long sessions and their beginnings took; it costs nothing while nobody reads it.</summary>
internal static class SessionMeter
{
    private static readonly Meter _meter = new(MeterName.Text, ProductVersion.Text);

    // From a machine room to the other side of the world, and what timeouts.connect allows.
    private static readonly double[] _steps = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

    // From one request to connection pools that live for days.
    private static readonly double[] _ages = [0.01, 0.1, 1, 10, 60, 600, 3600, 6 * 3600, 24 * 3600];

    private static readonly Histogram<double> _durations = Histogram(
        "tunnel.session.duration",
        "How long sessions lasted, from accept to their end.",
        _ages
    );

    private static readonly Histogram<double> _connects = Histogram(
        "tunnel.connect.duration",
        "How long it took to connect to the server, or to the target.",
        _steps
    );

    private static readonly Histogram<double> _handshakes = Histogram(
        "tunnel.handshake.duration",
        "How long TLS handshakes took.",
        _steps
    );

    /// <param name="session">One that has ended.</param>
    public static void Count(SessionFacts session, SessionEnd end)
    {
        if (!_durations.Enabled || end.Reason == CloseReason.Probe)
        {
            return;
        }

        var tunnel = new KeyValuePair<string, object?>("tunnel", session.Tunnel.Name ?? "");
        _durations.Record(session.Age.TotalSeconds, tunnel);
        if (session.ConnectTime > TimeSpan.Zero)
        {
            _connects.Record(session.ConnectTime.TotalSeconds, tunnel);
        }

        if (session.HandshakeTime > TimeSpan.Zero && session.Tls is not null)
        {
            _handshakes.Record(session.HandshakeTime.TotalSeconds, tunnel);
        }
    }

    private static Histogram<double> Histogram(string name, string what, double[] steps) =>
        _meter.CreateHistogram(
            name,
            "s",
            what,
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = steps }
        );
}
