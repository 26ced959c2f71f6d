using Tunnel.Opening;

namespace Tunnel.Sessions;

/// <summary>
/// The lines about a session that relays, for those who ask for them. The fields are as in its last line.
/// </summary>
internal static class LiveSessionLog
{
    private const string BegunAs =
        "target={target} tls={tls} cipher={cipher} group={group} resumed={resumed} backend={backend} "
        + "handshake_ms={handshake_ms} connect_ms={connect_ms} remote_id={remote_id:64}";

    public static void Begun(SessionFacts session, SessionRecord record)
    {
        var (peerFields, peer) = SessionLog.PeerOf(record);
        session.Tunnel.Log.Info(
            "session {session:l} begins: " + peerFields + BegunAs,
            [
                record.Id,
                .. peer,
                record.Target,
                record.Tls ?? FieldText.None,
                record.Cipher ?? FieldText.None,
                record.Group ?? FieldText.None,
                record.Resumed ?? FieldText.None,
                record.Backend ?? FieldText.None,
                record.HandshakeMs,
                record.ConnectMs,
                record.RemoteId ?? FieldText.None,
            ]
        );
    }

    public static void GoesOn(SessionFacts session, SessionRecord record) =>
        session.Tunnel.Log.Info(
            "session {session:l} goes on: age_seconds={age_seconds} sent={sent} received={received} peer={peer} "
                + "identity={identity} target={target}",
            record.Id,
            (long)session.Age.TotalSeconds,
            record.Sent,
            record.Received,
            record.Peer,
            record.Identity ?? FieldText.None,
            record.Target
        );
}
