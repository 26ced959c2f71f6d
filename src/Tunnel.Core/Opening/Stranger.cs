using System.Buffers.Binary;
using System.Net;
using Tunnel.Net;
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
    // No connection comes from a multicast address (RFC 4291 section 2.7), with which these would be confused.
    private const ulong UnixSources = 0xff00_0000_0000_0000;

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
    public string Sender =>
        Peer switch
        {
            IPEndPoint { Address: var address } => address.ToString(),
            UnixEndPoint { Process.UserId: var user } => $"user {user}",
            _ => $"{Peer}",
        };

    /// <summary>Of its session.</summary>
    public Ending Ending { get; }

    /// <summary>
    /// Who counts as one sender: an IPv4 address, the /64 network that an IPv6 customer is given, or a user of this
    /// machine.
    /// </summary>
    public ulong Source =>
        Peer switch
        {
            IPEndPoint { Address: var address } => SourceOf(address),
            UnixEndPoint { Process.UserId: var user } => UnixSources | user,
            _ => UnixSources,
        };

    public StrangerStage Stage { get; set; }

    public LongestQueueFirst<(ulong Source, StrangerStage Stage), Stranger>.Place Place { get; }

    public void Enter(StrangerStage stage) => _all.Enter(this, stage);

    /// <summary>A load balancer said where the client is.</summary>
    public void ComeFrom(EndPoint peer) => _all.Move(this, peer);

    /// <summary>The client is known, or has left. Any number of times.</summary>
    public void Leave() => _all.Remove(this);

    internal static ulong SourceOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = address.TryWriteBytes(bytes, out var length);
        return length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : address.IsIPv4MappedToIPv6 ? BinaryPrimitives.ReadUInt32BigEndian(bytes[12..])
            : BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }
}
