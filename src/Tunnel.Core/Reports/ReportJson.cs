using System.Text.Json;
using System.Text.Json.Serialization;
using Tunnel.Relay;
using Tunnel.Sessions;

namespace Tunnel.Reports;

/// <summary>The reports as JSON: keys and words in snake_case, no key for what has no value.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [
        typeof(Words<SessionState>),
        typeof(Words<CloseReason>),
        typeof(Words<Party>),
        typeof(Words<FindingLevel>),
        typeof(Words<FindingCode>),
    ]
)]
[JsonSerializable(typeof(ProcessReport))]
[JsonSerializable(typeof(SessionList))]
public sealed partial class ReportJson : JsonSerializerContext
{
    private sealed class Words<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower)
        where T : struct, Enum;
}

/// <param name="Total">How many live sessions there are; the list may be shorter.</param>
public sealed record SessionList(int Total, IReadOnlyList<SessionRecord> Sessions);
