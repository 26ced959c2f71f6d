using System.Net;
using Tunnel.Relay;

namespace Tunnel.Opening;

/// <summary>How far a client that has not shown who it is has come.</summary>
internal enum StrangerStage
{
    /// <summary>It has not sent a complete ClientHello.</summary>
    Silent,

    /// <summary>The TLS handshake is under way.</summary>
    Handshaking,

    /// <summary>It was rejected and may read why.</summary>
    Leaving,
}

/// <summary>A server's session whose client has not shown who it is yet, and its place among the others.</summary>
internal sealed class Stranger
{
    private readonly Strangers _all;

    public Stranger(Strangers all, EndPoint peer, Ending ending)
    {
        _all = all;
        (Peer, Ending) = (peer, ending);
        Place = new(this);
    }

    /// <summary>Who it is, as far as the network says it.</summary>
    public EndPoint Peer { get; set; }

    /// <summary>For the log: an address, or a user of this machine.</summary>
    public string Sender => PeerSource.SenderOf(Peer);

    /// <summary>Of its session.</summary>
    public Ending Ending { get; }

    /// <inheritdoc cref="PeerSource.KeyOf(EndPoint)"/>
    public ulong Source => PeerSource.KeyOf(Peer);

    public StrangerStage Stage { get; set; }

    public LongestQueueFirst<(ulong Source, StrangerStage Stage), Stranger>.Place Place { get; }

    public void Enter(StrangerStage stage) => _all.Enter(this, stage);

    /// <summary>A load balancer said where the client is.</summary>
    public void ComeFrom(EndPoint peer) => _all.Move(this, peer);

    /// <summary>The client is known, or has left. Any number of times.</summary>
    public void Leave() => _all.Remove(this);
}
