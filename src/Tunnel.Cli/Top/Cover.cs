using System.Globalization;
using Tunnel.Relay;

namespace Tunnel.Cli.Top;

/// <summary>What covers the table for a while: help, all about one session, all warnings.</summary>
internal static class Cover
{
    private static readonly string[] _help =
    [
        "m        what moves most first: bytes a second, both ways",
        "s r      by bytes sent, received a second",
        "b a      by bytes in all, by age",
        "e i t x  by peer, identity, tunnel, state; the same key again reverses",
        "↑ ↓      select a session; also PgUp, PgDn, Home, End",
        "Enter    all about the selected session",
        "k        end it, with RST on both sides; asks first",
        "/        show only sessions with all these words in peer, identity,",
        "         tunnel, id, target or state; Enter keeps it, Esc drops it",
        "Esc      no filter, nothing selected",
        "w        all warnings",
        "p        pause; the process is still asked",
        "Ctrl+L   draw the screen again",
        "q        quit",
        "",
        "SENT is towards the far side, RECV comes from there.",
    ];

    /// <summary>Null where nothing covers the table.</summary>
    public static IReadOnlyList<string>? Of(TopModel model) =>
        model.Mode switch
        {
            TopMode.Help => _help,
            TopMode.Warnings when model.Sight is { } sight => AllWarnings(sight),
            TopMode.Details or TopMode.Confirm when model.Asked is { } row => Details(row, model.IsAskedGone),
            _ => null,
        };

    private static IReadOnlyList<string> AllWarnings(Sight sight)
    {
        var warnings = Warnings.Of(sight.Report);
        return warnings.Count == 0 ? ["no warnings"] : [.. warnings.Select(warning => warning.Trouble.ToString())];
    }

    private static List<string> Details(Row row, bool isGone)
    {
        var session = row.Session;
        (string Name, string? Value)[] facts =
        [
            ("session", isGone ? $"{session.Id}, which has ended" : session.Id),
            ("tunnel", session.Tunnel),
            ("state", session.State.Word()),
            ("age", Units.Age(TimeSpan.FromMilliseconds(session.AgeMs))),
            ("peer", session.Peer),
            ("via", session.Via),
            ("identity", session.Identity),
            ("claimed", session.Claimed),
            ("allowed_by", session.AllowedBy),
            ("target", session.Target),
            ("sent", $"{Units.Count(session.Sent)} bytes, {Units.Rate(row.SentRate)}"),
            ("received", $"{Units.Count(session.Received)} bytes, {Units.Rate(row.ReceivedRate)}"),
            ("tls", session.Tls),
            ("cipher", session.Cipher),
            ("group", session.Group),
            ("resumed", session.Resumed is { } resumed ? (resumed ? "yes" : "no") : null),
            ("backend", session.Backend),
            ("handshake_ms", session.HandshakeMs.ToString(CultureInfo.InvariantCulture)),
            ("connect_ms", session.ConnectMs.ToString(CultureInfo.InvariantCulture)),
            ("remote_id", session.RemoteId),
        ];
        return [.. facts.Where(fact => fact.Value is not null).Select(fact => $"{fact.Name, -13}{fact.Value}")];
    }
}
