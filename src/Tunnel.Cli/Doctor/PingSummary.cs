namespace Tunnel.Cli.Doctor;

/// <summary>What the tries at one server came to.</summary>
/// <param name="server">As the configuration has it.</param>
internal sealed class PingSummary(string server)
{
    // In the order in which a session meets them.
    private readonly (string Name, Samples Samples)[] _rows =
    [
        ("name", new()),
        ("connect", new()),
        ("handshake, full", new()),
        ("handshake, resumed", new()),
        ("answer", new()),
        ("total", new()),
        ("round trip", new()),
    ];

    public string Server => server;

    public int Tries { get; private set; }

    public int Served { get; private set; }

    public double FailedPercent => 100.0 * (Tries - Served) / Math.Max(Tries, 1);

    /// <summary>The times of those that came through, by what took them; without what there was not.</summary>
    public IEnumerable<(string Name, Samples Samples)> Rows => _rows.Where(row => row.Samples.Count > 0);

    public void Note(PingTry attempt)
    {
        Tries++;
        if (attempt is not { FailedAt: null, Report: { } report })
        {
            return;
        }

        Served++;
        Add("name", attempt.NameTime);
        Add("connect", report.Connecting);
        Add(report.Tls!.Resumed ? "handshake, resumed" : "handshake, full", report.Shaking);
        Add("answer", attempt.Answer);
        Add("total", attempt.Total);
        Add("round trip", report.RoundTrip);
    }

    private void Add(string row, TimeSpan? time)
    {
        if (time is { } span)
        {
            _rows.Single(one => one.Name == row).Samples.Add(span);
        }
    }
}
