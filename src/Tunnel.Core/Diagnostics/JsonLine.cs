using System.Globalization;
using System.Text;
using NLog;

namespace Tunnel.Diagnostics;

/// <summary>
/// One event as a JSON object on a line: <c>time</c>, <c>level</c>, <c>message</c>, then the fields of the message
/// under the same names as in text. A field without a value is left out.
/// </summary>
internal static class JsonLine
{
    private const string Escaped = "\"\\";

    // With fields of usual length the line stays within TextLine.MostBytes.
    private const int MostMessageBytes = 2048;

    // A fault of ours: its stack, and only as much of its message as is needed to recognise it.
    private const int MostExceptionBytes = 16 * 1024;

    /// <summary>The line, without its end.</summary>
    public static string Format(LogEventInfo entry)
    {
        var line = new StringBuilder(512);
        line.Append(
            CultureInfo.InvariantCulture,
            $"{{\"time\":\"{entry.TimeStamp.ToUniversalTime():yyyy-MM-ddTHH:mm:ss.fff}Z\","
                + $"\"level\":\"{entry.Level.Name.ToLowerInvariant()}\""
        );
        if (TunnelLogger.TunnelOf(entry) is { } tunnel)
        {
            AppendText(line, "tunnel", tunnel, MostMessageBytes);
        }

        AppendText(line, "message", Fields.Sentence(entry), MostMessageBytes);
        foreach (var field in entry.MessageTemplateParameters)
        {
            AppendField(line, field.Name, field.Value, FieldFormatter.MostBytes(field.Format));
        }

        if (entry.Exception is { } exception)
        {
            AppendText(line, "exception", exception.ToString(), MostExceptionBytes);
        }

        return line.Append('}').ToString();
    }

    private static void AppendField(StringBuilder line, string name, object? value, int mostBytes)
    {
        switch (value)
        {
            case var none when none is null || none == FieldText.None:
                break;
            case bool yes:
                line.Append(CultureInfo.InvariantCulture, $",\"{name}\":{(yes ? "true" : "false")}");
                break;
            case int or long or double:
                line.Append(CultureInfo.InvariantCulture, $",\"{name}\":{value}");
                break;
            default:
                AppendText(line, name, value?.ToString() ?? "", mostBytes);
                break;
        }
    }

    private static void AppendText(StringBuilder line, string name, string text, int mostBytes)
    {
        line.Append(",\"").Append(name).Append("\":\"");
        SafeText.Append(line, text, mostBytes, Escaped);
        line.Append('"');
    }
}
