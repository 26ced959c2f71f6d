using Tunnel.Sessions;

namespace Tunnel.Cli.Top;

/// <summary>Words that a session must all have somewhere, in any case of letters.</summary>
internal static class RowFilter
{
    public static Func<Row, bool> Of(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return row => words.All(word => Texts(row.Session).Any(has => Has(has, word)));
    }

    // Peers are compared as they are shown: what is typed cannot be a control character.
    private static bool Has(string? text, string word) =>
        text is not null && SafeText.Escape(text).Contains(word, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string?> Texts(SessionRecord session) =>
        [
            session.Id,
            session.Tunnel,
            session.State.Word(),
            session.Peer,
            session.Via,
            session.Identity,
            session.Claimed,
            session.Target,
        ];
}
