using NLog;
using Tunnel.Tls;

namespace Tunnel.Relay;

/// <summary>
/// Every line about a session, in one place. What a peer or the network did is information; warnings ask for attention;
/// an error is a fault of ours. Property names carry their units and are the fields of the JSON log.
/// </summary>
internal static class SessionLog
{
    private static readonly Logger _log = LogManager.GetLogger("tunnel");

    public static void State(TunnelSession session, SessionState state)
    {
        if (_log.IsDebugEnabled)
        {
            _log.Debug(
                "session {SessionId:l} {State:l}; {Active} active",
                session.Id,
                state.Word(),
                session.Route.Table.Active
            );
        }
    }

    public static void AttemptFailed(TunnelSession session, SessionEnd failure, int attempts, TimeSpan delay) =>
        // The first failure is news; the others of the same connection would only repeat it.
        _log.Log(
            attempts == 1 ? LogLevel.Warn : LogLevel.Debug,
            "session {SessionId:l} attempt {Attempt} failed: {Reason:l}: {Detail:l}; trying again in {DelayMs} ms",
            session.Id,
            attempts,
            failure.Reason.Word(),
            failure.Detail,
            Milliseconds(delay)
        );

    public static void GivenUp(TunnelSession session, SessionEnd failure, int attempts) =>
        _log.Warn(
            "session {SessionId:l} given up after {Attempts} attempt(s) in {ElapsedMs} ms: {Reason:l}: {Detail:l}",
            session.Id,
            attempts,
            Milliseconds(session.Age),
            failure.Reason.Word(),
            failure.Detail
        );

    /// <summary>We refused the peer: who it is and why, in full.</summary>
    public static void Refused(TunnelSession session, Refusal refusal) =>
        _log.Warn(
            "session {SessionId:l} refused the certificate of {Party:l} {Peer:l}: {Reason:l} [{Identity:l}]",
            session.Id,
            session.Route.TlsParty.Word(),
            session.Route.Role == TlsRole.Server
                ? session.Front.RemoteEndPoint.ToString()
                : session.Route.Far.ToString(),
            refusal.Reason,
            session.Identity?.ToString() ?? "no certificate"
        );

    public static void Crashed(string session, Exception e) =>
        _log.Error(e, "session {SessionId:l} hit a fault of the tunnel itself, please report it", session);

    /// <summary>The one line that every session ends in.</summary>
    public static void Closed(TunnelSession session, SessionEnd end)
    {
        var level = end.Reason == CloseReason.Probe ? LogLevel.Debug : LogLevel.Info;
        if (!_log.IsEnabled(level))
        {
            return;
        }

        _log.Log(
            level,
            "session {SessionId:l} closed: peer={Peer:l} identity={Identity:l} target={Target:l} tls={TlsVersion:l} cipher={Cipher:l} "
                + "resumed={Resumed:l} backend={Backend:l} sent={BytesSent} received={BytesReceived} handshake_ms={HandshakeMs} "
                + "connect_ms={ConnectMs} total_ms={TotalMs} closed_by={ClosedBy:l} reason={Reason:l} remote_id={RemoteId:l} detail={Detail:l}",
            session.Id,
            session.Front.RemoteEndPoint.ToString(),
            session.Identity?.Name ?? "-",
            session.Route.Far.ToString(),
            session.Tls?.Version ?? "-",
            session.Tls?.Cipher ?? "-",
            session.Tls is { } tls ? (tls.Resumed ? "yes" : "no") : "-",
            session.Tls?.Backend ?? "-",
            session.BytesSent,
            session.BytesReceived,
            Milliseconds(session.HandshakeTime),
            Milliseconds(session.ConnectTime),
            Milliseconds(session.Age),
            end.By.Word(),
            end.Reason.Word(),
            session.RemoteId ?? "-",
            end.Detail ?? "-"
        );
    }

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 1);
}
