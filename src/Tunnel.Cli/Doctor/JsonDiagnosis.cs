namespace Tunnel.Cli.Doctor;

/// <summary>A diagnosis for programs.</summary>
internal sealed record JsonDiagnosis(
    string Code,
    string Rung,
    string What,
    IReadOnlyList<string> Facts,
    string Remedy,
    int ExitCode
)
{
    public static JsonDiagnosis? Of(Diagnosis? diagnosis) =>
        diagnosis is null
            ? null
            : new(
                diagnosis.Code,
                diagnosis.Rung.Word(),
                diagnosis.What,
                diagnosis.Facts,
                diagnosis.Remedy,
                diagnosis.Rung.ExitCode()
            );
}
