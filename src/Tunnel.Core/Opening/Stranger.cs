using System.Buffers.Binary;
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

    public Stranger(Strangers all, IPAddress address, Ending ending)
    {
        _all = all;
        (Address, Ending) = (address, ending);
        Place = new(this);
    }

    public IPAddress Address { get; set; }

    /// <summary>Of its session.</summary>
    public Ending Ending { get; }

    /// <summary>Who counts as one sender: an IPv4 address, or the /64 network that an IPv6 customer is given.</summary>
    public ulong Source => SourceOf(Address);

    public StrangerStage Stage { get; set; }

    public LongestQueueFirst<(ulong Source, StrangerStage Stage), Stranger>.Place Place { get; }

    public void Enter(StrangerStage stage) => _all.Enter(this, stage);

    /// <summary>A load balancer said where the client is.</summary>
    public void ComeFrom(IPAddress address) => _all.Move(this, address);

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
