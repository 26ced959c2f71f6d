using System.Globalization;

namespace Tunnel.Cli.Doctor;

/// <summary>The report for people: a line a try, then a table a server.</summary>
internal sealed class PingText(TextWriter output) : IPingReport
{
    private static readonly double[] _percents = [0, 50, 90, 99, 100];

    public void Show(PingTry attempt)
    {
        var at = attempt.Address?.ToString() ?? attempt.Server;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{attempt.Number, 4}  {at}: {Words(attempt)}"));
    }

    public void End(IReadOnlyList<PingSummary> summaries, Diagnosis? last, int exitCode)
    {
        foreach (var summary in summaries)
        {
            Write(summary);
        }

        if (last is not null)
        {
            output.WriteLine($"what to do: {last.Remedy}");
        }
    }

    private static string Words(PingTry attempt)
    {
        if (attempt.FailedAt is { } rung)
        {
            return $"failed at {rung.Word()}: {attempt.Detail}";
        }

        var report = attempt.Report!;
        var kind = report.Tls!.Resumed ? "resumed" : "full";
        var answer = attempt.Answer is { } time ? $" answer {Spans.Ms(time)} ms," : "";
        return $"connect {Spans.Ms(report.Connecting!.Value)} ms, "
            + $"handshake {Spans.Ms(report.Shaking!.Value)} ms ({kind}),{answer} "
            + $"total {Spans.Ms(attempt.Total)} ms";
    }

    private void Write(PingSummary summary)
    {
        var (tries, served, failed) = (summary.Tries, summary.Served, summary.FailedPercent);
        output.WriteLine();
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{summary.Server}: {tries} tries, {served} served, {failed:0.#} % failed"
            )
        );
        if (served == 0)
        {
            return;
        }

        output.WriteLine($"{"", -18} {"min", 9} {"p50", 9} {"p90", 9} {"p99", 9} {"max", 9}  ms");
        foreach (var (name, samples) in summary.Rows)
        {
            var cells = _percents.Select(percent => $"{Spans.Ms(samples.Percentile(percent)), 9}");
            output.WriteLine($"{name, -18} {string.Join(' ', cells)}");
        }
    }
}
