using System.Text.Json;
using System.Text.Json.Serialization;
using Tunnel.Config;

namespace Tunnel.Cli.Doctor;

/// <summary>The report for programs: one object, when all is known.</summary>
internal sealed class DoctorJson(TextWriter output) : IDoctorReport
{
    private readonly List<Step> _file = [];
    private string _name = "";
    private bool _hasTunnels;

    public void Begin(string file) => _name = file;

    public void Begin(TunnelSettings tunnel) => _hasTunnels = true;

    public void Show(Step step)
    {
        if (!_hasTunnels)
        {
            _file.Add(step);
        }
    }

    public int End(IReadOnlyList<Findings> all)
    {
        var exitCode = Findings.ExitCodeOf(all);
        var ofFile = all.FirstOrDefault(findings => findings.IsOfFile);
        var report = new JsonReport(
            _name,
            exitCode,
            [.. _file.Select(Of)],
            [.. all.Where(findings => findings != ofFile).Select(Of)],
            JsonDiagnosis.Of(ofFile?.Diagnosis)
        );
        output.WriteLine(JsonSerializer.Serialize(report, JsonReports.Default.JsonReport));
        return exitCode;
    }

    private static JsonTunnel Of(Findings findings) =>
        new(
            findings.Name,
            findings.Role,
            findings.Diagnosis is null,
            findings.Verdict,
            JsonDiagnosis.Of(findings.Diagnosis),
            [.. findings.Beside.Select(one => JsonDiagnosis.Of(one)!)],
            [.. findings.Steps.Select(Of)]
        );

    private static JsonStep Of(Step step) =>
        new(step.Rung.Word(), step.Result.Word(), Spans.Milliseconds(step.Took), step.Peer, step.Address, step.Text);
}

/// <param name="Diagnosis">Of the configuration as a whole, or of a file that belongs to no tunnel.</param>
internal sealed record JsonReport(
    string File,
    int ExitCode,
    IReadOnlyList<JsonStep> Steps,
    IReadOnlyList<JsonTunnel> Tunnels,
    JsonDiagnosis? Diagnosis
);

internal sealed record JsonTunnel(
    string? Name,
    string Role,
    bool Works,
    string Verdict,
    JsonDiagnosis? Diagnosis,
    IReadOnlyList<JsonDiagnosis> Beside,
    IReadOnlyList<JsonStep> Steps
);

internal sealed record JsonStep(string Rung, string Result, double? Ms, string? Peer, string? Address, string Text);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(JsonReport))]
internal sealed partial class JsonReports : JsonSerializerContext;
