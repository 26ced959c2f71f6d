using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tunnel.Cli.Doctor;

/// <summary>The report for programs: one object, when all is known. Times are in milliseconds.</summary>
/// <param name="file">The configuration.</param>
/// <param name="tunnel">Of one of several; null: it has no name.</param>
internal sealed class PingJson(string file, string? tunnel, TextWriter output) : IPingReport
{
    private readonly List<JsonTry> _tries = [];

    public void Show(PingTry attempt) =>
        _tries.Add(
            new JsonTry(
                attempt.Number,
                attempt.Server,
                attempt.Address?.ToString(),
                attempt.FailedAt is null,
                attempt.FailedAt?.Word(),
                attempt.Detail,
                attempt.Report?.Tls?.Resumed,
                attempt.FailedAt is null ? TimesOf(attempt) : null
            )
        );

    public void End(IReadOnlyList<PingSummary> summaries, Diagnosis? last, int exitCode)
    {
        var report = new JsonPing(file, tunnel, exitCode, _tries, [.. summaries.Select(Of)], JsonDiagnosis.Of(last));
        output.WriteLine(JsonSerializer.Serialize(report, JsonPings.Default.JsonPing));
    }

    private static JsonTimes TimesOf(PingTry attempt) =>
        new(
            Spans.Milliseconds(attempt.NameTime),
            Spans.Milliseconds(attempt.Report!.Connecting),
            Spans.Milliseconds(attempt.Report.Shaking),
            Spans.Milliseconds(attempt.Answer),
            Spans.Milliseconds(attempt.Total),
            Spans.Milliseconds(attempt.Report.RoundTrip)
        );

    private static JsonPinged Of(PingSummary summary) =>
        new(
            summary.Server,
            summary.Tries,
            summary.Served,
            Math.Round(summary.FailedPercent, 3),
            summary.Rows.ToDictionary(row => row.Name.Replace(",", "").Replace(' ', '_'), row => Of(row.Samples))
        );

    private static JsonPercentiles Of(Samples samples) =>
        new(
            samples.Count,
            Spans.Milliseconds(samples.Percentile(0)),
            Spans.Milliseconds(samples.Percentile(50)),
            Spans.Milliseconds(samples.Percentile(90)),
            Spans.Milliseconds(samples.Percentile(99)),
            Spans.Milliseconds(samples.Percentile(100))
        );
}

/// <param name="Diagnosis">Why the last try failed, if none came through.</param>
internal sealed record JsonPing(
    string File,
    string? Tunnel,
    int ExitCode,
    IReadOnlyList<JsonTry> Tries,
    IReadOnlyList<JsonPinged> Servers,
    JsonDiagnosis? Diagnosis
);

/// <param name="FailedAt">The rung; null with <paramref name="Served"/>.</param>
/// <param name="Resumed">By a ticket; null: there was no handshake.</param>
internal sealed record JsonTry(
    int Number,
    string Server,
    string? Address,
    bool Served,
    string? FailedAt,
    string? Detail,
    bool? Resumed,
    JsonTimes? Ms
);

internal sealed record JsonTimes(
    double? Name,
    double? Connect,
    double? Handshake,
    double? Answer,
    double? Total,
    double? RoundTrip
);

/// <param name="Ms">By what took the time, as in the table for people.</param>
internal sealed record JsonPinged(
    string Server,
    int Tries,
    int Served,
    double FailedPercent,
    IReadOnlyDictionary<string, JsonPercentiles> Ms
);

internal sealed record JsonPercentiles(int Count, double? Min, double? P50, double? P90, double? P99, double? Max);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(JsonPing))]
internal sealed partial class JsonPings : JsonSerializerContext;
