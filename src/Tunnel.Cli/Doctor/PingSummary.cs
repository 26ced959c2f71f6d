using System.Globalization;
using Tunnel.Opening;

namespace Tunnel.Cli.Doctor;

/// <summary>What the tries at one server came to.</summary>
/// <param name="server">As the configuration has it.</param>
internal sealed class PingSummary(string server)
{
    private static readonly double[] _percents = [0, 50, 90, 99, 100];

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

    private int _tries;
    private int _served;

    private double Failed => 100.0 * (_tries - _served) / Math.Max(_tries, 1);

    public bool HasServed => _served > 0;

    /// <summary>A try that led to no address.</summary>
    public void NoteUnnamed() => _tries++;

    public void Note(TimeSpan name, VisitReport report)
    {
        _tries++;
        if (report.Stage != VisitStage.Served)
        {
            return;
        }

        _served++;
        Add("name", name);
        Add("connect", report.Connecting);
        Add(report.Tls!.Resumed ? "handshake, resumed" : "handshake, full", report.Shaking);
        // A server that is no tunnel says nothing, and that takes as long as we wait.
        Add("answer", report.IsTunnel ? report.Answering : null);
        Add("total", Total(name, report));
        Add("round trip", report.RoundTrip);
    }

    /// <summary>From the question for the name to the server's answer.</summary>
    public static TimeSpan Total(TimeSpan name, VisitReport report) =>
        name
        + (report.Connecting ?? TimeSpan.Zero)
        + (report.Shaking ?? TimeSpan.Zero)
        + (report.IsTunnel ? report.Answering ?? TimeSpan.Zero : TimeSpan.Zero);

    public void Write(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{server}: {_tries} tries, {_served} served, {Failed:0.#} % failed"
            )
        );
        if (_served == 0)
        {
            return;
        }

        output.WriteLine($"{"", -18} {"min", 9} {"p50", 9} {"p90", 9} {"p99", 9} {"max", 9}  ms");
        foreach (var (name, samples) in _rows.Where(row => row.Samples.Count > 0))
        {
            var cells = _percents.Select(percent => $"{Spans.Ms(samples.Percentile(percent)), 9}");
            output.WriteLine($"{name, -18} {string.Join(' ', cells)}");
        }
    }

    private void Add(string row, TimeSpan? time)
    {
        if (time is { } span)
        {
            _rows.Single(one => one.Name == row).Samples.Add(span);
        }
    }
}
