using Tunnel.Sessions;

namespace Tunnel.Cli.Top;

/// <summary>A session, and how fast it moves.</summary>
/// <param name="SentRate">Bytes a second towards the far side; null: not known yet.</param>
/// <param name="ReceivedRate">Bytes a second from there.</param>
internal sealed record Row(SessionRecord Session, double? SentRate, double? ReceivedRate)
{
    public double Rate => (SentRate ?? 0) + (ReceivedRate ?? 0);

    public long Bytes => Session.Sent + Session.Received;

    /// <summary>What happened to a session between two answers.</summary>
    /// <param name="before">Null: it was not in the last answer.</param>
    /// <param name="isNew">Then it has begun since; else nothing is known.</param>
    public static Row Of(SessionRecord session, SessionRecord? before, bool isNew)
    {
        // By its own age: how long an answer was on its way does not matter.
        var seconds = (session.AgeMs - (before?.AgeMs ?? 0)) / 1000;
        return (before is null && !isNew) || seconds <= 0
            ? new Row(session, null, null)
            : new Row(
                session,
                Math.Max(0, session.Sent - (before?.Sent ?? 0)) / seconds,
                Math.Max(0, session.Received - (before?.Received ?? 0)) / seconds
            );
    }
}
