using System.Diagnostics;
using Tunnel.Config;
using Tunnel.Tls;
using Tunnel.Tunnels;

namespace Tunnel.Cli.Doctor;

/// <summary>The rung of the configuration, and that of files so wrong that no tunnel could be made of them.</summary>
internal static class FileRungs
{
    /// <param name="candidate">What the file describes; null with a diagnosis.</param>
    /// <returns>Null when both hold.</returns>
    public static Diagnosis? Look(ConfigSource source, Ladder ladder, out ProcessCandidate? candidate)
    {
        candidate = null;
        var started = Stopwatch.GetTimestamp();
        try
        {
            candidate = Preparation.Judge(source);
            ladder.Add(
                candidate.ConfigWarnings.Count > 0
                    ? Step(Rung.File, StepResult.Warning, string.Join("; ", candidate.ConfigWarnings))
                    : Step(Rung.File, StepResult.Ok, $"{source.File} is valid")
            );
            return null;
        }
        catch (ConfigException e)
        {
            ladder.Add(Step(Rung.File, StepResult.Failed, $"{source.File} cannot be used"));
            return new Diagnosis(
                Rung.File,
                "bad_configuration",
                e.Message,
                "correct what is named above; config/*.example has every key, and tunnel check says whether it is right"
            );
        }
        catch (TlsSetupException e)
        {
            ladder.Add(Step(Rung.File, StepResult.Ok, $"{source.File} is valid"));
            ladder.Add(new Step(Rung.Certificates, StepResult.Failed, null, "a file that it names cannot be used"));
            return new Diagnosis(
                Rung.Certificates,
                "unusable_file",
                e.Message,
                "correct what is named above; tunnel check says whether it is right"
            );
        }

        Step Step(Rung rung, StepResult result, string text) =>
            new(rung, result, Stopwatch.GetElapsedTime(started), text);
    }
}
