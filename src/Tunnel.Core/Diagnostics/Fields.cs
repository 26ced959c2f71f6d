using NLog;

namespace Tunnel.Diagnostics;

/// <summary>The fields of a log line: the holes of its message and their values.</summary>
internal static class Fields
{
    /// <summary>The value of <c>reason</c> for a session that ended in order.</summary>
    public const string EndInOrder = "eof";

    /// <summary>Why a session or an attempt ended, if the line says so.</summary>
    public static string? Reason(LogEventInfo entry)
    {
        foreach (var field in entry.MessageTemplateParameters)
        {
            if (field.Name == "reason")
            {
                return field.Value as string;
            }
        }

        return null;
    }

    /// <summary>The message without the fields at its end, for a format that writes them separately.</summary>
    public static string Sentence(LogEventInfo entry)
    {
        var message = entry.FormattedMessage;
        foreach (var field in entry.MessageTemplateParameters)
        {
            // The first field written as "name={name}" begins the list; no value of a peer comes before it.
            if (entry.Message.Contains($"{field.Name}={{{field.Name}", StringComparison.Ordinal))
            {
                var start = message.IndexOf($" {field.Name}=", StringComparison.Ordinal);
                return start < 0 ? message : message[..start].TrimEnd(':');
            }
        }

        return message;
    }
}
