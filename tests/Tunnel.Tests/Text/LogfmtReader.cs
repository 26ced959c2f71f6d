namespace Tunnel.Tests.Text;

/// <summary>
/// Reads <c>key=value</c> fields as whoever collects logs does: bare to the next space, or between quotes.
/// </summary>
internal static class LogfmtReader
{
    /// <summary>The keys, in order.</summary>
    public static List<string> Fields(string line) => [.. Read(line).Select(field => field.Key)];

    /// <summary>The fields, in order; values between quotes keep their escapes.</summary>
    public static List<KeyValuePair<string, string>> Read(string line)
    {
        List<KeyValuePair<string, string>> fields = [];
        var at = 0;
        while (at < line.Length)
        {
            var start = at;
            while (at < line.Length && line[at] is not ('=' or ' '))
            {
                at++;
            }

            var key = line[start..at];
            if (at < line.Length && line[at] == '=')
            {
                at++;
                fields.Add(new(key, Value(line, ref at)));
            }

            at++;
        }

        return fields;
    }

    private static string Value(string line, ref int at)
    {
        var start = at;
        if (at < line.Length && line[at] == '"')
        {
            for (at++; at < line.Length && line[at] != '"'; at++)
            {
                if (line[at] == '\\')
                {
                    at++;
                }
            }

            at++;
            return line[(start + 1)..(at - 1)];
        }

        while (at < line.Length && line[at] != ' ')
        {
            at++;
        }

        return line[start..at];
    }
}
