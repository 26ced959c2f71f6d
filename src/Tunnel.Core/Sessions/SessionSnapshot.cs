using Tunnel.Relay;

namespace Tunnel.Sessions;

/// <summary>One live session as a row of the session table.</summary>
/// <param name="Id">Very probably unique across processes; the same in every line about the session.</param>
/// <param name="Peer">Address of the peer that connected to us.</param>
/// <param name="Identity">Certificate name of the TLS peer; null before the handshake.</param>
/// <param name="Target">The far address.</param>
/// <param name="Sent">Bytes towards the far side.</param>
/// <param name="Received">Bytes from the far side.</param>
public sealed record SessionSnapshot(
    string Id,
    string Peer,
    string? Identity,
    string Target,
    SessionState State,
    TimeSpan Age,
    long Sent,
    long Received
);
