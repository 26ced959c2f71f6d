using NLog;
using Tunnel.Config;
using Tunnel.Relay;
using Tunnel.Tls;

namespace Tunnel.Opening;

/// <summary>
/// Every line about a session that is still to be opened. What a peer or the network did is information; warnings need
/// attention. The holes are the fields of the log, in text and in JSON, with their units in their names; the README has
/// the table.
/// </summary>
internal static class OpeningLog
{
    /// <param name="delay">Until the next attempt; none, if another server is next.</param>
    /// <param name="isNews">The first failure at a server is; later ones of the same connection only repeat it.</param>
    public static void AttemptFailed(
        SessionFacts session,
        SessionEnd failure,
        int attempts,
        TimeSpan delay,
        bool isNews
    ) =>
        session.Tunnel.Log.Log(
            isNews ? session.Tunnel.Warnings.LevelOf("failed attempts", AtTarget(session, failure)) : LogLevel.Debug,
            "session {session:l} attempt {attempt} failed: reason={reason} retry_in_ms={retry_in_ms} "
                + "target={target} detail={detail:512}",
            session.Id,
            attempts,
            failure.Reason.Word(),
            FieldText.Milliseconds(delay),
            session.Forward,
            failure.Words ?? FieldText.None
        );

    /// <summary>A target failed, and another one is next.</summary>
    public static void NextTarget(SessionFacts session, SessionEnd failure) =>
        session.Tunnel.Log.Debug(
            "session {session:l} goes to the next target: reason={reason} target={target} detail={detail:512}",
            session.Id,
            failure.Reason.Word(),
            session.Forward,
            failure.Words ?? FieldText.None
        );

    /// <param name="final">Another attempt would fail the same way.</param>
    public static void GivenUp(SessionFacts session, SessionEnd failure, int attempts, bool final) =>
        session.Tunnel.Log.Log(
            session.Tunnel.Warnings.LevelOf("sessions given up", AtTarget(session, failure)),
            final
                ? "session {session:l} given up, trying again cannot help: reason={reason} attempts={attempts} "
                    + "elapsed_ms={elapsed_ms} target={target} detail={detail:512}"
                : "session {session:l} given up: reason={reason} attempts={attempts} elapsed_ms={elapsed_ms} "
                    + "target={target} detail={detail:512}",
            session.Id,
            failure.Reason.Word(),
            attempts,
            FieldText.Milliseconds(session.Age),
            session.Forward,
            failure.Words ?? FieldText.None
        );

    /// <summary>We refused the peer: who it claims to be and why, in full.</summary>
    public static void Refused(SessionFacts session, Refusal refusal)
    {
        var claimed = session.Claimed;
        session.Tunnel.Refusals.Note(TlsPeer(session).ToString()!, claimed?.Name, refusal);
        var level = session.Tunnel.Warnings.LevelOf(
            "refused certificates",
            FailureOf(session, refusal),
            otherwise: null,
            out var isRepeat
        );
        session.IsRepeatedRefusal = isRepeat;
        if (!session.Tunnel.Log.IsEnabled(level))
        {
            return;
        }

        session.Tunnel.Log.Log(
            level,
            "session {session:l} refused the certificate of {party:l} {peer:l}: refusal={refusal} "
                + "detail={detail:512} claimed={claimed:256} "
                + "subject={subject:256} sans={sans:256} issuer={issuer:256} serial={serial:64} sha256={sha256} "
                + "not_after={not_after}",
            session.Id,
            session.Plan.TlsParty.Word(),
            TlsPeer(session),
            refusal.Code.Word(),
            refusal.Reason,
            claimed?.Name ?? FieldText.None,
            claimed?.Subject ?? FieldText.None,
            claimed?.Sans ?? FieldText.None,
            claimed?.Issuer ?? FieldText.None,
            claimed?.Serial ?? FieldText.None,
            claimed?.Fingerprint ?? FieldText.None,
            claimed?.NotAfter ?? FieldText.None
        );
    }

    /// <summary>An entry that is only tried out would have judged otherwise.</summary>
    public static void Audited(SessionFacts session, string audit) =>
        session.Tunnel.Log.Info(
            "session {session:l} of {party:l} {identity}, {peer:l}: {cause:l}",
            session.Id,
            session.Plan.TlsParty.Word(),
            session.Identity?.Name ?? FieldText.None,
            TlsPeer(session),
            audit
        );

    /// <summary>One of the server or target that the session has tried.</summary>
    public static Failure AtTarget(SessionFacts session, SessionEnd end) =>
        new(session.Forward.ToString()!, end.Reason, end.Words);

    private static Failure FailureOf(SessionFacts session, Refusal refusal)
    {
        var end = new SessionEnd(CloseReason.Refused, Party.Tunnel, refusal.Reason);
        return session.Plan.Role == TunnelRole.Server ? Failure.Of(session.Peer, end) : AtTarget(session, end);
    }

    private static object TlsPeer(SessionFacts session) =>
        session.Plan.Role == TunnelRole.Server ? session.Peer : session.Forward;
}
