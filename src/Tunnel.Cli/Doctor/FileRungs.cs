using System.Diagnostics;
using Tunnel.Config;

namespace Tunnel.Cli.Doctor;

/// <summary>The rung of the configuration, and that of files that cannot be used.</summary>
internal static class FileRungs
{
    /// <param name="judged">What the file describes; null: it cannot be read.</param>
    /// <returns>What is wrong with the configuration as a whole, or with a file of no tunnel; null: nothing.</returns>
    public static Findings? Look(ConfigSource source, Ladder ladder, out JudgedConfig? judged)
    {
        judged = null;
        var started = Stopwatch.GetTimestamp();
        try
        {
            judged = Preparation.JudgeEach(source);
            var warnings = judged.Loaded.Warnings;
            ladder.Add(
                warnings.Count > 0
                    ? Step(StepResult.Warning, string.Join("; ", warnings))
                    : Step(StepResult.Ok, $"{source.File} is valid")
            );
            return judged.Faults.Count > 0 ? Findings.OfFile(ladder.Steps, Unusable(judged.Faults, ladder)) : null;
        }
        catch (ConfigException e)
        {
            ladder.Add(Step(StepResult.Failed, $"{source.File} cannot be used"));
            return Findings.OfFile(
                ladder.Steps,
                new Diagnosis(
                    Rung.File,
                    "bad_configuration",
                    e.Message,
                    "correct what is named above; config/*.example has every key, and tunnel check says whether it is "
                        + "right"
                )
            );
        }

        Step Step(StepResult result, string text) => new(Rung.File, result, Stopwatch.GetElapsedTime(started), text);
    }

    /// <summary>Of a tunnel that has faults: there is nothing to climb with.</summary>
    public static Findings Of(JudgedTunnel tunnel, Action<Step> show)
    {
        var ladder = new Ladder(show);
        var fault = Unusable(tunnel.Faults, ladder);
        var settings = tunnel.Settings;
        return new Findings(settings.Name, settings.Role.Word(), ladder.Steps, fault, fault.ToString());
    }

    private static Diagnosis Unusable(IReadOnlyList<Trouble> faults, Ladder ladder)
    {
        ladder.Add(new Step(Rung.Certificates, StepResult.Failed, null, "a file that it names cannot be used"));
        return new Diagnosis(
            Rung.Certificates,
            "unusable_file",
            string.Join('\n', faults.Distinct()),
            "correct what is named above; tunnel check says whether it is right"
        );
    }
}
