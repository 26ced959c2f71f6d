namespace Tunnel.Cli.Doctor;

/// <summary>Who hears how the tries of <c>tunnel ping</c> went.</summary>
internal interface IPingReport
{
    void Show(PingTry attempt);

    /// <param name="summaries">Of each server.</param>
    /// <param name="last">Why the last try failed, if none came through; null: one did, or there was none.</param>
    void End(IReadOnlyList<PingSummary> summaries, Diagnosis? last, int exitCode);
}
