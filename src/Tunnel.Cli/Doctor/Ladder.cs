using System.Diagnostics;

namespace Tunnel.Cli.Doctor;

/// <summary>The steps of one tunnel as they are taken: each is shown at once, and kept for the report.</summary>
/// <param name="show">Called for each of them.</param>
internal sealed class Ladder(Action<Step> show)
{
    private readonly List<Step> _steps = [];

    public IReadOnlyList<Step> Steps => _steps;

    public void Add(Step step)
    {
        _steps.Add(step);
        show(step);
    }

    /// <summary>Takes a step whose work is done here.</summary>
    public void Take(Rung rung, Func<(StepResult Result, string Text)> work)
    {
        var started = Stopwatch.GetTimestamp();
        var (result, text) = work();
        Add(new Step(rung, result, Stopwatch.GetElapsedTime(started), text));
    }
}
