namespace Tunnel.Cli.Top;

/// <summary>The last line: the keys, a question, or what came of the last request.</summary>
internal static class Footer
{
    private const string Keys =
        "q quit  ? help  ↑↓ select  k kill  Enter details  / filter  p pause  sort: m s r b a e i t x";

    public static StyledLine Of(TopModel model, int width)
    {
        var line = new StyledLine(width);
        switch (model.Mode)
        {
            case TopMode.Filter:
                return line.Add("filter: ", Paint.Strong)
                    .Add(End(SafeText.Escape(model.Filter), line.Left - 1), Paint.Plain)
                    .Add(" ", Paint.Bar);
            case TopMode.Confirm when model.Asked is { Session: var session }:
                var who = session.Identity is { } name ? $"{session.Peer} ({name})" : session.Peer;
                return line.Add(SafeText.Escape($"End {session.Id}? y/n"), Paint.Question)
                    .Add($"  from {SafeText.Escape(who)}", Paint.Strong);
            case TopMode.Help or TopMode.Findings:
                return line.Add("any key: back", Paint.Faint);
            case TopMode.Details:
                return line.Add("k kill  any other key: back", Paint.Faint);
            default:
                return model.Message.Length > 0
                    ? line.Add(SafeText.Escape(model.Message), Paint.Strong)
                    : line.Add(Keys, Paint.Faint);
        }
    }

    // What is being typed is at the end.
    private static string End(string text, int width)
    {
        while (text.Length > 0 && Cells.WidthOf(text) > width)
        {
            text = text[1..];
        }

        return text;
    }
}
