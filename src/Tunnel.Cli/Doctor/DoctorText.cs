using Tunnel.Config;

namespace Tunnel.Cli.Doctor;

/// <summary>The report for people: a line a rung, then the verdict and what to do.</summary>
internal sealed class DoctorText(TextWriter output) : IDoctorReport
{
    public void Begin(string file) { }

    public void Begin(TunnelSettings tunnel)
    {
        if (tunnel.Name is { } name)
        {
            output.WriteLine($"tunnel {name}, a {tunnel.Role.Word()}");
        }
    }

    public void Show(Step step)
    {
        var time = step.Took is { } took ? $"{Spans.Ms(took)} ms" : "";
        output.WriteLine($"{Word(step.Result), -7} {step.Rung.Word(), -12} {time, 10}  {step.Text}");
    }

    public int End(IReadOnlyList<Findings> all)
    {
        foreach (var findings in all)
        {
            Write(findings, all.Count > 1 ? $"{findings.Name ?? findings.Role}: " : "");
        }

        return Findings.ExitCodeOf(all);
    }

    private void Write(Findings findings, string prefix)
    {
        output.WriteLine();
        if (findings.Diagnosis is { } worst)
        {
            Write(worst, $"{prefix}verdict: ");
        }
        else
        {
            output.WriteLine($"{prefix}verdict: {findings.Verdict}");
        }

        foreach (var beside in findings.Beside.DistinctBy(one => (one.Code, one.What)))
        {
            Write(beside, "besides: ");
        }
    }

    private void Write(Diagnosis diagnosis, string title)
    {
        output.WriteLine($"{title}{diagnosis.What}");
        foreach (var fact in diagnosis.Facts)
        {
            output.WriteLine($"  {fact}");
        }

        output.WriteLine($"what to do: {diagnosis.Remedy}");
    }

    private static string Word(StepResult result) =>
        result switch
        {
            StepResult.Ok => "ok",
            StepResult.Warning => "warning",
            StepResult.Failed => "FAILED",
            _ => "?",
        };
}
