using System.Text.Json;

namespace Tunnel.Text;

/// <summary>How enumerations are written for people and for machines that read the log: in snake_case.</summary>
public static class EnumWords
{
    public static string Word<T>(this T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
