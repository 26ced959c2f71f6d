namespace Tunnel.Config;

/// <summary>Turns the parser's message about a text that is not YAML into advice.</summary>
internal static class SyntaxHint
{
    private static readonly (string Said, string Remedy)[] _remedies =
    [
        (
            "invalid mapping",
            "look for a missing space after ':' or for lines indented differently; quote a value in which ':' is meant"
        ),
        ("escape", "in double quotes a backslash begins an escape: use single quotes"),
        ("cannot start", "put the value in quotes"),
    ];

    public static string Remedy(string said)
    {
        var known = Array.Find(_remedies, remedy => said.Contains(remedy.Said, StringComparison.Ordinal));
        return known.Remedy ?? "look for a quote or bracket that is not closed, and for lines indented differently";
    }

    /// <summary>
    /// The first tab that indents something: the parser points elsewhere, and often does not mention it.
    /// </summary>
    public static Position? FindTab(string text)
    {
        var number = 0;
        // Lines as Position counts them: a form feed, for example, ends none.
        foreach (var range in text.AsSpan().Split('\n'))
        {
            number++;
            var line = text.AsSpan(range);
            var indentation = line[..(line.Length - line.TrimStart(" \t").Length)];
            var tab = indentation.IndexOf('\t');
            if (tab >= 0 && indentation.Length < line.Length && line[indentation.Length] != '#')
            {
                return new Position(number, tab + 1);
            }
        }

        return null;
    }
}
