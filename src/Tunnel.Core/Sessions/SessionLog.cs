using System.Security.Cryptography.X509Certificates;
using NLog;
using Tunnel.Config;
using Tunnel.Opening;
using Tunnel.Relay;
using Tunnel.Tls;

namespace Tunnel.Sessions;

/// <summary>
/// The lines that every session writes, however it was opened. What a peer or the network did is information; warnings
/// need attention; an error is a bug of ours. The holes are the fields of the log, in text and in JSON, with their
/// units in their names; the README has the table.
/// </summary>
internal static class SessionLog
{
    private const string ClosedBy =
        "session {session:l} closed: closed_by={closed_by} reason={reason} sent={sent} received={received} ";

    private const string ClosedHow =
        "claimed={claimed:256} target={target} tls={tls} cipher={cipher} group={group} "
        + "resumed={resumed} backend={backend} handshake_ms={handshake_ms} connect_ms={connect_ms} total_ms={total_ms} "
        + "remote_id={remote_id:64} detail={detail:512}";

    public static void State(SessionFacts session, SessionState state, int active)
    {
        var log = session.Tunnel.Log;
        if (log.IsDebugEnabled)
        {
            log.Debug("session {session:l} {state:l}; {active} active", session.Id, state.Word(), active);
        }
    }

    public static void Crashed(SessionFacts session, Exception e) =>
        session.Tunnel.Log.Error(e, "session {session:l} hit a bug of the tunnel itself, please report it", session.Id);

    /// <summary>The one line that every session ends in.</summary>
    /// <param name="recordOf">Makes its record, if the line is written: most that strangers begin have none.</param>
    public static void Closed(SessionFacts session, SessionEnd end, Func<SessionEnd, SessionRecord> recordOf)
    {
        var level = LevelOf(session, end);
        if (!session.Tunnel.Log.IsEnabled(level))
        {
            return;
        }

        var record = recordOf(end);
        var (peerFields, peer) = PeerOf(record);
        session.Tunnel.Log.Log(
            level,
            ClosedBy + peerFields + ClosedHow,
            [
                record.Id,
                end.By.Word(),
                end.Reason.Word(),
                record.Sent,
                record.Received,
                .. peer,
                record.Claimed ?? FieldText.None,
                record.Target,
                record.Tls ?? FieldText.None,
                record.Cipher ?? FieldText.None,
                record.Group ?? FieldText.None,
                record.Resumed ?? FieldText.None,
                record.Backend ?? FieldText.None,
                record.HandshakeMs,
                record.ConnectMs,
                record.AgeMs,
                record.RemoteId ?? FieldText.None,
                end.Words ?? FieldText.None,
            ]
        );
    }

    /// <summary>
    /// Who the peer of a session is. Few tunnels stand behind a load balancer or have rules: the others have no fields
    /// for that.
    /// </summary>
    internal static (string Fields, object[] Values) PeerOf(SessionRecord record)
    {
        var (fields, values) = ("peer={peer} ", new List<object> { record.Peer });
        if (record.Via is { } balancer)
        {
            fields += "via={via} ";
            values.Add(balancer);
        }

        fields += "identity={identity} ";
        values.Add(record.Identity ?? FieldText.None);
        if (record.AllowedBy is { } entry)
        {
            fields += "allowed_by={allowed_by} ";
            values.Add(entry);
        }

        return (fields, [.. values]);
    }

    /// <summary>The peer of live sessions would not be let in now.</summary>
    /// <param name="sessions">How many sessions it has.</param>
    /// <param name="goOn">False when they are ended.</param>
    public static void NoLongerAllowed(TunnelState tunnel, TlsInfo peer, Refusal refusal, int sessions, bool goOn) =>
        tunnel.Log.Log(
            tunnel.Warnings.LevelOf("peers that would not be let in now"),
            "{role:l} {identity} would not be let in now: {cause:l}; {sessions} live sessions of it {result:l}",
            tunnel.Plan.TlsParty.Word(),
            peer.Peer is { } leaf ? PeerIdentity.From(leaf).Name : FieldText.None,
            refusal.Reason,
            sessions,
            goOn ? "go on" : "are ended"
        );

    /// <param name="expiring">Its certificate, or that of a CA above it.</param>
    public static void ExpiresSoon(
        TunnelState tunnel,
        X509Certificate2 peer,
        X509Certificate2 expiring,
        DateTimeOffset now
    ) =>
        tunnel.Log.Log(
            tunnel.Warnings.LevelOf("peers whose certificate expires soon"),
            "{role:l} {identity} will not be let in after {not_after:l}, in {left:l}: {cause:l}",
            tunnel.Plan.TlsParty.Word(),
            PeerIdentity.From(peer).Name,
            Instants.Format(Validity.EndOf(expiring)),
            Instants.Format(Validity.EndOf(expiring) - now),
            ReferenceEquals(expiring, peer)
                ? "its certificate expires"
                : $"the certificate of {PeerIdentity.From(expiring).Subject} above it expires"
        );

    // A server whose target does not answer serves nobody, and no other line says so; a client has already warned.
    // Anybody can begin any number of sessions that fail.
    private static LogLevel LevelOf(SessionFacts session, SessionEnd end) =>
        end.Reason switch
        {
            CloseReason.Probe or CloseReason.Evicted => LogLevel.Debug,
            CloseReason.Busy when session.Plan.Role == TunnelRole.Server => session.Tunnel.Warnings.LevelOf(
                "sessions that a limit turned away",
                Failure.Of(session.Peer, end)
            ),
            CloseReason.Unreachable or CloseReason.ConnectTimeout when session.Plan.Role == TunnelRole.Server =>
                session.Tunnel.Warnings.LevelOf(
                    "sessions without a target",
                    OpeningLog.AtTarget(session, end),
                    LogLevel.Info
                ),
            CloseReason.Refused when session.IsRepeatedRefusal && session.Plan.Role == TunnelRole.Server =>
                LogLevel.Debug,
            CloseReason.HandshakeFailed
            or CloseReason.HandshakeTimeout
            or CloseReason.Refused
            or CloseReason.RefusedByPeer when session.Plan.Role == TunnelRole.Server =>
                session.Tunnel.Warnings.LevelOfStranger(Failure.Of(session.Peer, end)),
            _ => LogLevel.Info,
        };
}
