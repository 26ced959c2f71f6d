using System.Diagnostics.Metrics;
using Tunnel.Net;
using Tunnel.Reports;

namespace Tunnel.Monitoring;

/// <summary>The numbers of the reports as instruments, which are read when somebody collects.</summary>
internal sealed class ProcessMeter : IDisposable
{
    // Often enough to catch a loop that is busy, and a ring of a bell costs nothing.
    private static readonly TimeSpan _betweenProbes = TimeSpan.FromSeconds(1);

    private static readonly double[] _lags = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5];

    private readonly Meter _meter = new(MeterName.Text, ProductVersion.Text);
    private readonly Func<ProcessReport> _report;
    private readonly Timer _probes;

    public ProcessMeter(Func<ProcessReport> report)
    {
        _report = report;
        OfProcess();
        OfSessions();
        OfTunnels();
        var lag = _meter.CreateHistogram(
            "tunnel.loop.lag",
            "s",
            "How long what is ready waits until its event loop comes to it; asked once a second.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = _lags }
        );
        _probes = new Timer(_ =>
            LoopLag.Measure(
                (loop, took) => lag.Record(took.TotalSeconds, new KeyValuePair<string, object?>("loop", loop))
            )
        );
        _probes.Change(_betweenProbes, _betweenProbes);
    }

    public void Dispose()
    {
        _probes.Dispose();
        _meter.Dispose();
    }

    private void OfProcess()
    {
        Gauge(
            "tunnel.accepting",
            null,
            "1 while the process accepts, 0 while it stops.",
            report => [new(report.State == ProcessReport.Accepting ? 1 : 0)]
        );
        Gauge(
            "tunnel.ready",
            null,
            "1 while a session could be admitted.",
            report => [new(report.NotReady is null ? 1 : 0)]
        );
        Gauge("tunnel.generation", null, "Number of the configuration, from 1.", report => [new(report.Generation)]);
        Gauge("tunnel.uptime", "s", "Since the start.", report => [new(report.UptimeSeconds)]);
        Gauge("tunnel.open_files", "{file}", "Files that sessions hold.", report => [new(report.Resources.OpenFiles)]);
        Gauge(
            "tunnel.open_files.limit",
            "{file}",
            "Files that sessions may hold.",
            report => [new(report.Resources.OpenFilesMost)]
        );
        Gauge("tunnel.memory", "By", "Resident memory.", report => [new(report.Resources.MemoryBytes)]);
        Gauge(
            "tunnel.buffers",
            "By",
            "Buffers that hold bytes of sessions.",
            report => [new(report.Resources.BufferBytes)]
        );
        Counter(
            "tunnel.reloads",
            "{reload}",
            "Requests to read the configuration again.",
            report =>
                [
                    new(report.Reloads.Accepted, Tag("result", "accepted")),
                    new(report.Reloads.Refused, Tag("result", "refused")),
                ]
        );
    }

    private void OfSessions()
    {
        Gauge(
            "tunnel.sessions.active",
            "{session}",
            "Live sessions.",
            report => Each(report, tunnel => tunnel.SessionsActive)
        );
        Counter(
            "tunnel.sessions.accepted",
            "{session}",
            "Connections accepted.",
            report => Each(report, tunnel => tunnel.SessionsAccepted)
        );
        Counter(
            "tunnel.sessions.ended",
            "{session}",
            "Ended sessions by why they ended.",
            report => ByWord(report, "reason", tunnel => tunnel.SessionsEnded)
        );
        Counter(
            "tunnel.bytes",
            "By",
            "Bytes of sessions: sent to the far side, received from there.",
            report =>
                report.Tunnels.SelectMany(tunnel =>
                    new Measurement<long>[]
                    {
                        new(tunnel.BytesSent, Of(tunnel), Tag("direction", "sent")),
                        new(tunnel.BytesReceived, Of(tunnel), Tag("direction", "received")),
                    }
                )
        );
        Counter(
            "tunnel.handshakes",
            "{handshake}",
            "TLS handshakes by how they ended.",
            report => ByWord(report, "result", tunnel => tunnel.Handshakes)
        );
        Counter(
            "tunnel.attempts.failed",
            "{attempt}",
            "Failed attempts of clients to reach a server.",
            report => ByWord(report, "reason", tunnel => tunnel.FailedAttempts)
        );
        Counter(
            "tunnel.refusals",
            "{peer}",
            "Peers whose certificate was refused.",
            report => ByWord(report, "reason", tunnel => tunnel.Refusals)
        );
    }

    private void OfTunnels()
    {
        Gauge(
            "tunnel.listening",
            null,
            "1 while the tunnel listens.",
            report => Each(report, tunnel => tunnel.State == ProcessReport.NotListening ? 0 : 1)
        );
        Gauge("tunnel.limit", null, "How many there may be, by limit.", report => ByLimit(report, limit => limit.Most));
        Gauge(
            "tunnel.limit.used",
            null,
            "How many there are, by limit.",
            report => ByLimit(report, limit => limit.Used)
        );
        Gauge(
            "tunnel.limit.waiting",
            "{session}",
            "Sessions that wait for a place.",
            report => ByLimit(report, limit => limit.Used is null ? null : limit.Waiting)
        );
        Counter(
            "tunnel.limit.turned_away",
            "{session}",
            "Sessions that got no place.",
            report => ByLimit(report, limit => limit.Used is null ? null : limit.TurnedAway)
        );
        Gauge(
            "tunnel.target.healthy",
            null,
            "1 while the server or target works.",
            report => ByTarget(report, target => target.Healthy ? 1 : 0)
        );
        Gauge(
            "tunnel.target.sessions",
            "{session}",
            "Sessions at it, or on their way.",
            report => ByTarget(report, target => target.Sessions)
        );
        Gauge(
            "tunnel.certificate.expiry",
            "s",
            "Until a certificate of our files expires; negative: it has.",
            report =>
                from tunnel in report.Tunnels
                from one in tunnel.Certificates
                group one by (Of(tunnel), one.File, one.Subject) into same
                select new Measurement<long>(
                    same.Min(one => one.ExpiresInSeconds),
                    same.Key.Item1,
                    Tag("file", same.Key.File),
                    Tag("subject", same.Key.Subject)
                )
        );
    }

    private void Gauge(
        string name,
        string? unit,
        string what,
        Func<ProcessReport, IEnumerable<Measurement<long>>> values
    ) => _meter.CreateObservableGauge(name, () => values(_report()), unit, what);

    private void Counter(
        string name,
        string? unit,
        string what,
        Func<ProcessReport, IEnumerable<Measurement<long>>> values
    ) => _meter.CreateObservableCounter(name, () => values(_report()), unit, what);

    private static IEnumerable<Measurement<long>> Each(ProcessReport report, Func<TunnelReport, long> value) =>
        report.Tunnels.Select(tunnel => new Measurement<long>(value(tunnel), Of(tunnel), Tag("role", tunnel.Role)));

    private static IEnumerable<Measurement<long>> ByWord(
        ProcessReport report,
        string label,
        Func<TunnelReport, IReadOnlyDictionary<string, long>> counts
    ) =>
        from tunnel in report.Tunnels
        from count in counts(tunnel)
        select new Measurement<long>(count.Value, Of(tunnel), Tag(label, count.Key));

    private static IEnumerable<Measurement<long>> ByLimit(ProcessReport report, Func<LimitReport, long?> value) =>
        from tunnel in report.Tunnels
        from limit in tunnel.Limits
        where value(limit) is not null
        select new Measurement<long>(value(limit)!.Value, Of(tunnel), Tag("limit", limit.Key));

    private static IEnumerable<Measurement<long>> ByTarget(ProcessReport report, Func<TargetReport, long> value) =>
        from tunnel in report.Tunnels
        from target in tunnel.Targets
        select new Measurement<long>(value(target), Of(tunnel), Tag("target", target.Address));

    private static KeyValuePair<string, object?> Of(TunnelReport tunnel) => Tag("tunnel", tunnel.Name ?? "");

    private static KeyValuePair<string, object?> Tag(string name, object value) => new(name, value);
}
