namespace Tunnel.Config;

/// <summary>Puts what a file contains into a message, on one line and of readable length.</summary>
internal static class YamlText
{
    // Enough to recognise a value; the message says where to find all of it.
    private const int MostBytes = 60;

    public static string Quote(string text) => SafeText.Quote(text, MostBytes);

    public static string Escape(string text) => SafeText.Escape(text, MostBytes);

    public static string Describe(YamlNode node) =>
        node switch
        {
            // A pasted private key must not reach a log.
            ScalarNode scalar when scalar.Value.Contains("-----BEGIN", StringComparison.Ordinal) =>
                "the text of a PEM file",
            ScalarNode { IsBlank: true } => "blank",
            ScalarNode scalar => Quote(scalar.Written ?? scalar.Value),
            SequenceNode => "a list",
            _ => "a section",
        };
}
