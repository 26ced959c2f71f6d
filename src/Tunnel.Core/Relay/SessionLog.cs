using NLog;
using Tunnel.Tls;

namespace Tunnel.Relay;

/// <summary>
/// Every line about a session, in one place. What a peer or the network did is information; warnings ask for attention;
/// an error is a fault of ours. The holes are the fields of the log, in text and in JSON, with their units in their names;
/// the README has the table.
/// </summary>
internal static class SessionLog
{
    private static readonly Logger _log = LogManager.GetLogger("tunnel");

    public static void State(TunnelSession session, SessionState state)
    {
        if (_log.IsDebugEnabled)
        {
            _log.Debug(
                "session {session:l} {state:l}; {active} active",
                session.Id,
                state.Word(),
                session.Route.Table.Active
            );
        }
    }

    public static void AttemptFailed(TunnelSession session, SessionEnd failure, int attempts, TimeSpan delay) =>
        // The first failure is news; the others of the same connection would only repeat it.
        _log.Log(
            attempts == 1 ? session.Route.Warnings.LevelOf("failed attempts") : LogLevel.Debug,
            "session {session:l} attempt {attempt} failed: reason={reason} retry_in_ms={retry_in_ms} detail={detail:512}",
            session.Id,
            attempts,
            failure.Reason.Word(),
            Milliseconds(delay),
            failure.Detail ?? FieldText.None
        );

    /// <param name="final">Another attempt would come to the same.</param>
    public static void GivenUp(TunnelSession session, SessionEnd failure, int attempts, bool final) =>
        _log.Log(
            session.Route.Warnings.LevelOf("sessions given up"),
            final
                ? "session {session:l} given up, trying again cannot help: reason={reason} attempts={attempts} elapsed_ms={elapsed_ms} detail={detail:512}"
                : "session {session:l} given up: reason={reason} attempts={attempts} elapsed_ms={elapsed_ms} detail={detail:512}",
            session.Id,
            failure.Reason.Word(),
            attempts,
            Milliseconds(session.Age),
            failure.Detail ?? FieldText.None
        );

    /// <summary>We refused the peer: who it claims to be and why, in full.</summary>
    public static void Refused(TunnelSession session, Refusal refusal)
    {
        var level = session.Route.Warnings.LevelOf("refused certificates");
        if (!_log.IsEnabled(level))
        {
            return;
        }

        var claimed = session.Claimed;
        _log.Log(
            level,
            "session {session:l} refused the certificate of {party:l} {peer:l}: refusal={refusal} detail={detail:512} claimed={claimed:256} "
                + "subject={subject:256} sans={sans:256} issuer={issuer:256} serial={serial:64} sha256={sha256} not_after={not_after}",
            session.Id,
            session.Route.TlsParty.Word(),
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

    /// <summary>One line for many sessions, whose own lines are at debug.</summary>
    /// <param name="silent">Those of them that had not sent a whole ClientHello.</param>
    /// <param name="last">The address of the last of them.</param>
    public static void Evicted(int count, int silent, string last) =>
        _log.Warn(
            "cut {evicted} {connections:l} that had not shown who they are, to make room for others: {silent} of them had not even "
                + "sent a ClientHello; the last came from {address:l}. If these are good clients raise the limit on open files "
                + "(ulimit -n); if not keep them away from the port (firewall)",
            count,
            count == 1 ? "connection" : "connections",
            silent,
            last
        );

    public static void Crashed(string session, Exception e) =>
        _log.Error(e, "session {session:l} hit a fault of the tunnel itself, please report it", session);

    /// <summary>The one line that every session ends in.</summary>
    public static void Closed(TunnelSession session, SessionEnd end)
    {
        var level = LevelOf(session, end);
        if (!_log.IsEnabled(level))
        {
            return;
        }

        _log.Log(
            level,
            "session {session:l} closed: closed_by={closed_by} reason={reason} sent={sent} received={received} peer={peer} "
                + "identity={identity} claimed={claimed:256} target={target} tls={tls} cipher={cipher} resumed={resumed} backend={backend} "
                + "handshake_ms={handshake_ms} connect_ms={connect_ms} total_ms={total_ms} remote_id={remote_id:64} detail={detail:512}",
            session.Id,
            end.By.Word(),
            end.Reason.Word(),
            session.BytesSent,
            session.BytesReceived,
            session.Front.RemoteEndPoint,
            session.Identity?.Name ?? FieldText.None,
            session.Claimed?.Name ?? FieldText.None,
            session.Route.Far,
            session.Tls?.Version ?? FieldText.None,
            session.Tls?.Cipher ?? FieldText.None,
            session.Tls is { } tls ? tls.Resumed : FieldText.None,
            session.Tls?.Backend ?? FieldText.None,
            Milliseconds(session.HandshakeTime),
            Milliseconds(session.ConnectTime),
            Milliseconds(session.Age),
            session.RemoteId ?? FieldText.None,
            end.Detail ?? FieldText.None
        );
    }

    // A server whose target does not answer serves nobody, and no other line says so; a client has already warned. Anybody
    // can begin sessions that come to nothing, as many as he likes.
    private static LogLevel LevelOf(TunnelSession session, SessionEnd end) =>
        end.Reason switch
        {
            CloseReason.Probe or CloseReason.Evicted => LogLevel.Debug,
            CloseReason.Unreachable or CloseReason.ConnectTimeout when session.Route.Role == TlsRole.Server =>
                session.Route.Warnings.LevelOf("sessions without a target", otherwise: LogLevel.Info),
            CloseReason.HandshakeFailed
            or CloseReason.HandshakeTimeout
            or CloseReason.Refused
            or CloseReason.RefusedByPeer when session.Route.Role == TlsRole.Server =>
                session.Route.Warnings.LevelOfStranger(),
            _ => LogLevel.Info,
        };

    private static object TlsPeer(TunnelSession session) =>
        session.Route.Role == TlsRole.Server ? session.Front.RemoteEndPoint : session.Route.Far;

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 1);
}
