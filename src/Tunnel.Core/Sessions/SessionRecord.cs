using Tunnel.Opening;
using Tunnel.Relay;

namespace Tunnel.Sessions;

/// <summary>
/// What is known of one session, live or ended: the one source of its lines in the log, of its row in the table, and
/// of what the status, the page and <c>tunnel top</c> say about it. Text of peers is as they sent it.
/// </summary>
public sealed record SessionRecord
{
    /// <summary>Very probably unique across processes; the same in every line about the session.</summary>
    public required string Id { get; init; }

    /// <summary>Name of its tunnel; null for one without a name.</summary>
    public string? Tunnel { get; init; }

    public required SessionState State { get; init; }

    /// <summary>Address of the peer that connected to us, or to the load balancer before us.</summary>
    public required string Peer { get; init; }

    /// <summary>Address of that load balancer; null: none.</summary>
    public string? Via { get; init; }

    /// <summary>Certificate name of the TLS peer; null unless it has been accepted.</summary>
    public string? Identity { get; init; }

    /// <summary>The entry of <c>access</c> that let it in; null: no such list.</summary>
    public string? AllowedBy { get; init; }

    /// <summary>Who a peer that we refused says it is: nobody has verified that.</summary>
    public string? Claimed { get; init; }

    /// <summary>The far address; before the first attempt, all of them.</summary>
    public required string Target { get; init; }

    /// <summary>Version of TLS; null before the handshake is done, as all about TLS.</summary>
    public string? Tls { get; init; }

    public string? Cipher { get; init; }

    /// <summary>Group of the key exchange: whether it is a post-quantum one shows here.</summary>
    public string? Group { get; init; }

    public bool? Resumed { get; init; }

    /// <summary>The library that does TLS, with its version.</summary>
    public string? Backend { get; init; }

    public double HandshakeMs { get; init; }

    public double ConnectMs { get; init; }

    /// <summary>Since it was accepted.</summary>
    public double AgeMs { get; init; }

    /// <summary>Bytes towards the far side.</summary>
    public long Sent { get; init; }

    /// <summary>Bytes from the far side.</summary>
    public long Received { get; init; }

    /// <summary>Id of the same connection in the log of the other tunnel, where it is known.</summary>
    public string? RemoteId { get; init; }

    /// <summary>Null while it lives.</summary>
    public SessionEnd? End { get; init; }

    /// <param name="end">Null while it lives.</param>
    internal static SessionRecord Of(
        SessionFacts facts,
        SessionState state,
        (long Sent, long Received) bytes,
        SessionEnd? end
    ) =>
        new()
        {
            Id = facts.Id,
            Tunnel = facts.Tunnel.Name,
            State = state,
            Peer = facts.Peer.ToString()!,
            Via = facts.Via?.ToString(),
            Identity = facts.Identity?.Name,
            AllowedBy = facts.Tls?.Access.By,
            Claimed = facts.Claimed?.Name,
            Target = facts.Forward.ToString()!,
            Tls = facts.Tls?.Version,
            Cipher = facts.Tls?.Cipher,
            Group = facts.Tls?.Group,
            Resumed = facts.Tls?.Resumed,
            Backend = facts.Tls?.Backend,
            HandshakeMs = FieldText.Milliseconds(facts.HandshakeTime),
            ConnectMs = FieldText.Milliseconds(facts.ConnectTime),
            AgeMs = FieldText.Milliseconds(facts.Age),
            Sent = bytes.Sent,
            Received = bytes.Received,
            RemoteId = facts.RemoteId,
            End = end,
        };
}
